/** Kinds of addresses that a person may have; a notifier takes the one it can use. */
export const addressKinds = [
  "phone",
  "email",
  "dingtalk",
  "wecom",
  "feishu",
  "slack",
  "telegram",
  "discord",
  "teams",
] as const;
export type AddressKind = (typeof addressKinds)[number];

/** Whom a message is for, as the config of the moment says it; never stored. */
export type Contact = Readonly<{ title: string; addresses: Readonly<Partial<Record<AddressKind, string>>> }>;

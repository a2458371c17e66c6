import { z } from "zod";
import { type MessageField, messageFields } from "../../core/message/message-style.ts";
import { secretSchema } from "../../core/schema/secret-schema.ts";
import { proxyUrlSchema } from "../../core/schema/secret-url-schema.ts";
import { baseUrlSchema } from "./option-schemas.ts";
import { phoneOption } from "./phone.ts";

const variableName = z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,49}$/, "write the variable's name as in ${name}");

/** Options that SMS and voice of Alibaba Cloud share; `baseUrl` is the address of the service. */
export function aliyunOptions(baseUrl: string) {
  return {
    key: z
      .string()
      .regex(
        /^[A-Za-z0-9._-]{8,64}$/,
        "this is no AccessKey id; write the 8 to 64 letters and digits that begin with LTAI",
      )
      .describe("AccessKey id of a RAM user that may do nothing but this."),
    secret: secretSchema.describe("AccessKey secret."),
    template: z
      .string()
      .regex(/^\w{1,64}$/, "this is no template code; write it as in SMS_123456789 or TTS_123456789")
      .describe("Code of the approved template."),
    variables: z
      .record(variableName, z.enum(messageFields))
      .default({ severity: "severity", name: "subject", what: "what", time: "since" } satisfies Record<
        string,
        MessageField
      >)
      .describe("Variables of the template, each with the field of the message that fills it."),
    variable_length: z
      .int()
      .min(4)
      .max(100)
      .default(20)
      .describe("Most characters in one variable, as the provider allows for the template."),
    phone: phoneOption,
    base_url: baseUrlSchema.default(baseUrl).describe("Address of the service; another one for a gateway."),
    proxy: proxyUrlSchema.optional().describe("HTTP proxy to go through, as `http://host:port`."),
  };
}

/** The template's parameters by name. */
export function namedVariables(
  variables: Readonly<Record<string, MessageField>>,
  values: readonly string[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.keys(variables).map((name, index) => [name, values[index] ?? ""]));
}

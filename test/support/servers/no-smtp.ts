import type { NotifySmtp } from "../../../src/core/ports/smtp.ts";

/** For notifiers that send no mail: a mail is a mistake of the test. */
export const noSmtp: NotifySmtp = {
  send: () => Promise.reject(new Error("this test sends no mail")),
};

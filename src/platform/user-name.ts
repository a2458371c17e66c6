import { userInfo } from "node:os";

/** Login name of whoever runs this process, where the machine knows one: services and containers lack the variables of a login. */
export function userName(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
}

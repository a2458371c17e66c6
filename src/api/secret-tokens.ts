import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { join } from "node:path";
import type { SecretFiles } from "../core/ports/secret-files.ts";

const tokenBytes = 32;

/** Returns the token that opens the admin API; made at the first start and kept in the data directory. */
export function readOrCreateAdminToken(files: SecretFiles, dataDirectory: string): string {
  return files.readOrCreate(join(dataDirectory, "admin.token"), newToken);
}

/** Returns the token with which pipelines report changes and begin and end maintenance, and can do nothing else. */
export function readOrCreatePipelineToken(files: SecretFiles, dataDirectory: string): string {
  return files.readOrCreate(join(dataDirectory, "pipeline.token"), newToken);
}

/** Returns the key that push tokens are made from; made at the first start and kept in the data directory. */
export function readOrCreatePushKey(files: SecretFiles, dataDirectory: string): string {
  return files.readOrCreate(join(dataDirectory, "push.key"), newToken);
}

/** Returns the key that the links of messages are signed with; made at the first start and kept in the data directory. */
export function readOrCreatePageKey(files: SecretFiles, dataDirectory: string): string {
  return files.readOrCreate(join(dataDirectory, "page.key"), newToken);
}

function newToken(): string {
  return randomBytes(tokenBytes).toString("base64url");
}

/** Tells whether an `Authorization` header carries the token; takes the same time for near and far guesses. */
export function isBearerOf(header: string | undefined, token: string): boolean {
  const given = /^Bearer ([A-Za-z0-9._~+/=-]{1,512})$/i.exec(header ?? "")?.[1] ?? "";
  return timingSafeEqual(digest(given), digest(token));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

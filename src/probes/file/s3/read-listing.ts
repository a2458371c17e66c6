import { Parser } from "htmlparser2";
import type { StoredFile } from "../../../core/ports/stored-files.ts";

/** One page of a listing. */
export type Listing = Readonly<{ objects: readonly StoredFile[]; next: string | undefined }>;
/** What a store says when it refuses. */
export type StoreError = Readonly<{ code: string; message: string }>;

const longestText = 4096;

/** Reads an answer of ListObjectsV2 with keys in URL encoding; undefined when it is none. @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
export function readListing(xml: string): Listing | undefined {
  const objects: StoredFile[] = [];
  const entry: Record<string, string> = {};
  const whole: Record<string, string> = {};
  let isListing = false;
  walk(xml, (path, text) => {
    const [root, first, second] = path;
    isListing ||= root === "ListBucketResult";
    if (first === "Contents" && second === undefined) {
      const found = objectOf(entry);
      if (found !== undefined) objects.push(found);
      for (const name of Object.keys(entry)) delete entry[name];
    } else if (first === "Contents" && second !== undefined && path.length === 3) entry[second] = text;
    else if (first !== undefined && path.length === 2) whole[first] = text;
  });
  if (!isListing) return undefined;
  return { objects, next: whole["IsTruncated"] === "true" ? whole["NextContinuationToken"] : undefined };
}

/** Reads an error of a store; empty where it says nothing. */
export function readStoreError(xml: string): StoreError {
  const found: Record<string, string> = {};
  walk(xml, ([root, name], text) => {
    if (root === "Error" && name !== undefined) found[name] = text;
  });
  return { code: found["Code"] ?? "", message: found["Message"] ?? "" };
}

/** Tells of each element when it ends, with the way to it and its own text. */
function walk(xml: string, onEnd: (path: readonly string[], text: string) => void): void {
  const path: string[] = [];
  let text = "";
  const parser = new Parser(
    {
      onopentag(name) {
        path.push(name);
        text = "";
      },
      ontext(more) {
        if (text.length < longestText) text += more;
      },
      onclosetag() {
        onEnd(path, text.trim());
        path.pop();
        text = "";
      },
    },
    { xmlMode: true, decodeEntities: true },
  );
  parser.end(xml);
}

function objectOf(entry: Readonly<Record<string, string>>): StoredFile | undefined {
  const path = decodedKey(entry["Key"]);
  const sizeBytes = Number(entry["Size"]);
  const modifiedAtMs = Date.parse(entry["LastModified"] ?? "");
  // What ends in a slash is a folder that some browsers of stores make.
  if (path === undefined || path.endsWith("/") || !Number.isSafeInteger(sizeBytes) || Number.isNaN(modifiedAtMs))
    return undefined;
  return { path, sizeBytes, modifiedAtMs };
}

function decodedKey(key: string | undefined): string | undefined {
  if (key === undefined || key === "") return undefined;
  try {
    return decodeURIComponent(key.replaceAll("+", " "));
  } catch {
    // Not encoded, as some stores have it.
    return key;
  }
}

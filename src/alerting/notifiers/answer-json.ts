/** The object that an answer's body holds as JSON; undefined when it holds anything else. */
export function jsonObject(body: string): Readonly<Record<string, unknown>> | undefined {
  if (!body.trimStart().startsWith("{")) return undefined;
  try {
    return JSON.parse(body) as Readonly<Record<string, unknown>>;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** An error code of an answer as text, whether it came as a number or as digits; undefined when it is neither. */
export function codeText(code: unknown): string | undefined {
  const text = typeof code === "number" || typeof code === "string" ? String(code) : "";
  return /^-?\d{1,12}$/.test(text) ? text : undefined;
}

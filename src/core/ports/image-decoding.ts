/** What came of decoding an image; `unable` says nothing of the image. */
export type Decoded =
  | Readonly<{ kind: "whole" }>
  | Readonly<{ kind: "broken"; problem: string }>
  | Readonly<{ kind: "unable"; because: "driver_missing" | "local_resources"; detail: string }>
  /** The session was closed meanwhile. */
  | Readonly<{ kind: "closed" }>;

/** Decodes images one after another; never throws for an expected failure. */
export interface DecodingSession {
  decode(bytes: Uint8Array): Promise<Decoded>;
  /** Ends the decoder, whatever it is doing. */
  close(): void;
}

export interface ImageDecoding {
  /** Nothing is started before the first image; when the signal aborts the session is closed. */
  open(mostPixels: number, signal: AbortSignal): DecodingSession;
}

import { serveDecoding } from "../platform/image-decoding/serve-decoding.ts";

serveDecoding();

import { serveDatabase } from "../platform/databases/serve-database.ts";

serveDatabase();

// Stands for powershell.exe: `mode` in the directory of the first argument says how it behaves, `rows.json` what it knows;
// each start is written down in `pids`.
import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

const directory = process.argv[2];
const read = (name) => readFileSync(join(directory, name), "utf8");
appendFileSync(join(directory, "pids"), `${process.pid}\n`);

const lines = createInterface({ input: process.stdin });
let told = [];
lines.on("line", (line) => {
  told.push(line);
  const [, number, wanted] = /^Read-Watchfire (\d+) '([a-z0-9_ ]*)'$/.exec(line) ?? [];
  if (number === undefined) return;
  const prelude = told.slice(0, -1).join("\n");
  if (!told.includes("") || !prelude.includes("function Read-Watchfire")) throw new Error("nothing was defined");
  behave[read("mode")](Number(number), wanted.split(" "));
});
// As PowerShell does at the end of its input.
lines.on("close", () => process.exit(0));

const behave = {
  answers: (number, wanted) => process.stdout.write(`${answer(number, wanted)}\r\n`),
  hangs: () => {},
  crashes() {
    process.stderr.write("Out of\r\n memory");
    process.exit(5);
  },
  babbles() {
    const chunk = Buffer.alloc(65_536, "x");
    const write = () => {
      while (process.stdout.write(chunk));
      process.stdout.once("drain", write);
    };
    write();
  },
  complains() {
    const write = () => {
      while (process.stderr.write("WARNING: no access\r\n".repeat(5000)));
      process.stderr.once("drain", write);
    };
    write();
  },
  /** Noise around an answer that comes in pieces, an answer to nobody, and lines in another code page. */
  mutters(number, wanted) {
    const line = Buffer.from(`\ufeff${answer(number, wanted)}\r\n`);
    process.stderr.write("WARNING: slow\r\n");
    process.stdout.write("PS C:\\> \r\n");
    process.stdout.write(Buffer.from([0xbe, 0xaf, 0xb8, 0xe6, 0x0d, 0x0a]));
    process.stdout.write(`${answer(number - 1, [])}\r\n`);
    const middle = Math.floor(line.length / 2);
    process.stdout.write(line.subarray(0, middle), () =>
      setImmediate(() => process.stdout.write(line.subarray(middle))),
    );
  },
};

function answer(number, wanted) {
  const { rows, failed = {} } = JSON.parse(read("rows.json"));
  const asked = Object.fromEntries(wanted.filter((name) => name in rows).map((name) => [name, rows[name]]));
  return JSON.stringify({ failed, watchfire: number, rows: asked });
}

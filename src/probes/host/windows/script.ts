import type { ShellScript } from "../../../core/ports/power-shell.ts";
import { type Query, queries } from "./queries.ts";

/** WMI itself gives up a class after so long, so that one that hangs costs its own group only. */
const classLimitSeconds = 8;
const mostResidentBytes = 500 * 1024 * 1024;

/**
 * What PowerShell is told: it defines one function, on one line and in ASCII. An answer is one line of JSON, in ASCII as well,
 * so that no code page of the machine can spoil it; a class that fails is named in `failed` and spoils no other. A process that
 * has grown too large ends itself. The code of a failure stands before its text, which is in the language of the machine.
 */
export const windowsScript: ShellScript = {
  prelude: [
    "$ProgressPreference='SilentlyContinue';$ErrorActionPreference='Stop';",
    "try{[Console]::OutputEncoding=New-Object System.Text.UTF8Encoding $false}catch{};",
    "function Read-Watchfire($number,$wanted){$rows=@{};$failed=@{};foreach($name in $wanted.Split(' ')){try{$rows[$name]=@(switch($name){",
    ...Object.entries(queries).map(([name, query]) => `'${name}'{${statementOf(query)}}`),
    "})}catch{$failed[$name]='{0} {1}' -f $_.Exception.NativeErrorCode,$_.Exception.Message}};",
    "$json=ConvertTo-Json -Compress -Depth 4 -InputObject @{watchfire=$number;rows=$rows;failed=$failed};",
    "$json=[regex]::Replace($json,'[^\\x20-\\x7e]',{param($found)'\\u'+([int][char]$found.Value).ToString('x4')});",
    "[Console]::Out.WriteLine($json);[Console]::Out.Flush();",
    `if([Environment]::WorkingSet -gt ${mostResidentBytes}){exit 3}}`,
  ].join(""),
  question: (number, wanted) => `Read-Watchfire ${number} '${wanted}'`,
  isAnswer: (line, number) => line.startsWith("{") && new RegExp(`"watchfire":${number}[,}]`).test(line),
};

function statementOf({ from, columns }: Query): string {
  if ("statement" in from) return from.statement;
  const filter = from.filter === undefined ? "" : ` -Filter "${from.filter}"`;
  const names = columns.join(",");
  return `Get-CimInstance -ClassName ${from.wmiClass}${filter} -Property ${names} -OperationTimeoutSec ${classLimitSeconds}|Select-Object ${names}`;
}

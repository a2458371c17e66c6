<#
.SYNOPSIS
  Installs Watchfire as a Windows service; run it again after an update, or with -Remove. See deploy/README.md.
.PARAMETER Winsw
  Path of the WinSW program that you have downloaded and checked.
.PARAMETER Base
  Directory in which `npm ci` and `npm run build` have run.
#>
[CmdletBinding()]
param(
  [string] $Winsw,
  [string] $Base = (Resolve-Path (Join-Path $PSScriptRoot '..\..')).Path,
  [switch] $Remove
)
$ErrorActionPreference = 'Stop'
Set-StrictMode -Version 2

$principal = New-Object Security.Principal.WindowsPrincipal ([Security.Principal.WindowsIdentity]::GetCurrent())
if (-not $principal.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)) {
  throw 'Run this as an administrator.'
}
$wrapper = Join-Path $Base 'watchfire-service.exe'

if ($Remove) {
  if (Test-Path $wrapper) { & $wrapper stop; & $wrapper uninstall }
  Write-Host "The service is gone; data and configuration stay in $env:ProgramData\Watchfire."
  return
}
foreach ($file in 'dist\main.js', 'node_modules\node\bin\node.exe') {
  if (-not (Test-Path (Join-Path $Base $file))) { throw "$file is missing in ${Base}: run npm ci and npm run build there first." }
}
if (-not $Winsw -or -not (Test-Path $Winsw)) { throw 'Give the path of WinSW by -Winsw.' }

$data = Join-Path $env:ProgramData 'Watchfire'
foreach ($directory in $data, "$data\config", "$data\log") { New-Item -ItemType Directory -Force $directory | Out-Null }
# The configuration holds secrets: SYSTEM (S-1-5-18) and administrators (S-1-5-32-544) only, whatever their names are here.
& icacls.exe $data /inheritance:r /grant:r '*S-1-5-18:(OI)(CI)F' '*S-1-5-32-544:(OI)(CI)F' | Out-Null
if ($LASTEXITCODE -ne 0) { throw "icacls could not set the rights of $data." }
if (-not (Test-Path "$data\config\*.yaml")) { throw "Put base.yaml and production.yaml into $data\config first." }

if (Get-Service watchfire -ErrorAction SilentlyContinue) { & $wrapper stop; & $wrapper uninstall }
Copy-Item $Winsw $wrapper -Force
Copy-Item (Join-Path $PSScriptRoot 'watchfire-service.xml') (Join-Path $Base 'watchfire-service.xml') -Force
& (Join-Path $Base 'node_modules\node\bin\node.exe') (Join-Path $Base 'dist\main.js') validate --config "$data\config" --env production
if ($LASTEXITCODE -ne 0) { throw 'The configuration does not load; nothing was installed.' }
& $wrapper install
if ($LASTEXITCODE -ne 0) { throw 'WinSW could not install the service.' }
& $wrapper start
Get-Service watchfire

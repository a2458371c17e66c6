/** The page's style sheet. Every pair of text and background keeps a contrast of at least 4.5 to 1 in both schemes. */
export const styleSheet = `:root {
  color-scheme: light dark;
  --page: #f5f6f8; --surface: #ffffff; --line: #dfe3e8; --text: #17202a; --quiet: #566270; --link: #0b57b7;
  --down: #b3261e; --down-soft: #fdecea; --unknown: #5f4b9b; --unknown-soft: #efecf8;
  --degraded: #855300; --degraded-soft: #fdf3e0; --waiting: #566270; --waiting-soft: #eceff2;
  --up: #146c33; --up-soft: #e5f4ea; --on-colour: #ffffff;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0f1419; --surface: #182028; --line: #2b3641; --text: #e6ebf0; --quiet: #9fadbb; --link: #8ab8f5;
    --down: #ff8a80; --down-soft: #3a1d1d; --unknown: #b9a9ee; --unknown-soft: #282240;
    --degraded: #f2b84b; --degraded-soft: #352912; --waiting: #9fadbb; --waiting-soft: #232c35;
    --up: #63c987; --up-soft: #15301f; --on-colour: #0f1419;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }
h1, h2, h3, p, ul, dl, dd { margin: 0; padding: 0; }
ul { list-style: none; }
a { color: var(--link); text-decoration: underline; text-underline-offset: 2px; }
a:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 2px; }
.top { padding: 20px 28px 18px; background: var(--surface); border-bottom: 1px solid var(--line); border-top: 5px solid var(--state); }
.brand { display: flex; gap: 10px; align-items: center; font-size: 13px; color: var(--quiet); }
.brand .name { font-weight: 650; letter-spacing: .01em; color: var(--text); }
.env, .tag { padding: 0 8px; border: 1px solid var(--line); border-radius: 999px; font-size: 12px; color: var(--quiet); }
h1 { margin-top: 8px; font-size: 30px; line-height: 1.2; font-weight: 680; letter-spacing: -.01em; color: var(--state); }
.counts { display: flex; flex-wrap: wrap; gap: 6px 18px; margin-top: 10px; color: var(--quiet); }
.dot { display: inline-block; width: 9px; height: 9px; margin-right: 7px; border-radius: 50%; background: var(--state); }
.down { --state: var(--down); --soft: var(--down-soft); }
.critical { --state: var(--down); --soft: var(--down-soft); }
.unknown { --state: var(--unknown); --soft: var(--unknown-soft); }
.degraded, .warning { --state: var(--degraded); --soft: var(--degraded-soft); }
.waiting, .info { --state: var(--waiting); --soft: var(--waiting-soft); }
.up { --state: var(--up); --soft: var(--up-soft); }
main { padding: 20px 28px; max-width: 1680px; margin: 0 auto; display: grid; gap: 20px; }
.tiers { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 20px; align-items: start; }
.tier-head { padding: 0 2px 10px; }
h2 { font-size: 17px; line-height: 1.3; font-weight: 650; }
.tier-head p { font-size: 13px; color: var(--quiet); }
.cards { display: grid; gap: 10px; }
.card { padding: 12px 14px 11px; background: var(--surface); border: 1px solid var(--line); border-left: 4px solid var(--state); border-radius: 8px; }
.card-head { display: flex; flex-wrap: wrap; gap: 4px 9px; align-items: baseline; }
.title { font-weight: 600; overflow-wrap: anywhere; }
.badge { padding: 1px 8px; border-radius: 5px; font-size: 12px; font-weight: 650; white-space: nowrap; background: var(--state); color: var(--on-colour); }
.waiting > .card-head .badge { background: var(--soft); color: var(--state); }
.reason { margin-top: 5px; font-weight: 550; color: var(--state); }
.detail { margin-top: 2px; overflow-wrap: anywhere; color: var(--text); font-size: 14px; }
.meta { display: flex; flex-wrap: wrap; gap: 2px 14px; margin-top: 6px; font-size: 13px; color: var(--quiet); }
.target { overflow-wrap: anywhere; color: var(--quiet); font-size: 13px; }
.target a { color: inherit; text-decoration-color: var(--line); }
.target a:hover { color: var(--link); }
.up-head { margin: 16px 2px 6px; font-size: 13px; font-weight: 600; color: var(--quiet); }
.tier-head + .up-head { margin-top: 0; }
.lines { background: var(--surface); border: 1px solid var(--line); border-radius: 8px; }
.lines li { display: grid; grid-template-columns: minmax(0, auto) minmax(0, 1fr) auto; gap: 0 12px; align-items: baseline; padding: 7px 14px; }
.lines li + li { border-top: 1px solid var(--line); }
.lines .title { font-weight: 500; }
.lines .target { overflow: hidden; white-space: nowrap; text-overflow: ellipsis; }
.took { grid-column: 3; font-size: 13px; color: var(--quiet); font-variant-numeric: tabular-nums; white-space: nowrap; }
.panel { padding: 14px 16px 6px; background: var(--surface); border: 1px solid var(--line); border-radius: 10px; }
.panel h2 { padding-bottom: 6px; }
.panel li { display: flex; flex-wrap: wrap; gap: 3px 10px; align-items: baseline; padding: 8px 0; border-top: 1px solid var(--line); }
.panel li .meta { margin: 0 0 0 auto; display: block; }
.panel pre { margin: 6px 0 10px; padding: 10px 12px; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; background: var(--page); border-radius: 8px; font: 13px/1.45 ui-monospace, "SFMono-Regular", Menlo, Consolas, monospace; }
.empty, .more { padding: 12px 14px; color: var(--quiet); font-size: 14px; }
.empty { border: 1px dashed var(--line); border-radius: 8px; }
.more { padding: 6px 2px; }
.notice { padding: 10px 14px; border-radius: 8px; background: var(--down-soft); color: var(--down); }
.done { padding: 10px 14px; border-radius: 8px; background: var(--up-soft); color: var(--up); }
.act { display: grid; gap: 12px; padding-bottom: 14px; }
.act p { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; }
.act label { flex-basis: 100%; font-size: 13px; color: var(--quiet); }
.act input { flex: 1 1 200px; }
.act input, .act select, .act button { min-height: 44px; padding: 8px 14px; font: inherit; color: var(--text); background: var(--surface); border: 1px solid var(--quiet); border-radius: 8px; }
.act button { font-weight: 600; cursor: pointer; }
.act .primary { background: var(--link); border-color: var(--link); color: var(--on-colour); }
.act :focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
footer { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 10px 30px; padding: 6px 28px 26px; max-width: 1680px; margin: 0 auto; font-size: 13px; color: var(--quiet); }
footer dl { display: flex; flex-wrap: wrap; gap: 4px 26px; }
footer dl div { display: flex; gap: 7px; }
footer dd { color: var(--text); font-variant-numeric: tabular-nums; }
@media (max-width: 1000px) {
  .tiers { grid-template-columns: minmax(0, 1fr); }
  .top, main, footer { padding-left: 16px; padding-right: 16px; }
  h1 { font-size: 24px; }
  .panel li .meta { margin-left: 0; }
}
`;

/** The page's icon. */
export const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#17202a"/><path d="M16 5c1 5 7 7.5 7 14a7 7 0 0 1-14 0c0-3.5 2-5.500 3.5-8 .5 2 1.5 3 2.500 3.5C16 11.5 15 8 16 5z" fill="#ff8a3d"/></svg>
`;

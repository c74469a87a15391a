/** Style of the report, readable on light and dark screens and on paper. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1c2430; --soft: #5b6675; --paper: #fff; --card: #f6f8fa; --line: #d9dfe6;
  --good: #1a7f37; --fair: #9a6700; --bad: #cf222e; --accent: #0072b2; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaf0; --soft: #9aa6b5; --paper: #12161c; --card: #1a2029;
  --line: #303945; --good: #56d364; --fair: #e3b341; --bad: #ff7b72; --accent: #6cb6ff; }
  .chart > svg { filter: invert(0.91) hue-rotate(180deg); } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 76rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1 { font-size: 1.7rem; margin: 0 0 0.25rem; }
h2 { font-size: 1.3rem; margin: 3rem 0 0.25rem; padding-top: 1rem; border-top: 1px solid var(--line); }
h3 { font-size: 1.05rem; margin: 1.75rem 0 0.5rem; }
p { max-width: 62rem; margin: 0.4rem 0 0.9rem; }
.soft, small { color: var(--soft); }
.verdict { display: inline-block; margin: 0.75rem 0; padding: 0.5rem 0.9rem; border-radius: 0.4rem; font-weight: 600;
  border: 2px solid currentColor; }
.good { color: var(--good); } .fair { color: var(--fair); } .bad { color: var(--bad); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.92rem; } table.wide { width: 100%; }
th, td { padding: 0.34rem 0.7rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
thead th { color: var(--soft); font-weight: 600; white-space: nowrap; }
th.group { padding-top: 1.1rem; font-size: 1rem; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.state { font-weight: 600; white-space: nowrap; }
table.wide { min-width: 46rem; } tr.noted td { border-bottom: 0; padding-bottom: 0; }
tr.noted td { white-space: nowrap; }
tr.note td { color: var(--soft); font-size: 0.83rem; padding-top: 0; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(21rem, 1fr)); gap: 1rem; margin: 1rem 0; }
.chart { margin: 0; padding: 0.5rem; border: 1px solid var(--line); border-radius: 0.4rem; }
.chart > svg { display: block; width: 100%; height: auto; }
figcaption { color: var(--soft); font-size: 0.88rem; padding: 0.25rem 0.4rem; }
.digits { display: flex; flex-wrap: wrap; gap: 0.5rem; margin: 0.75rem 0; }
.digit { margin: 0; padding: 0.35rem 0.35rem 0.2rem; width: 4.6rem; text-align: center; background: var(--card);
  border: 1px solid var(--line); border-radius: 0.4rem; line-height: 1.25; }
.digit.bad { border-color: var(--bad); }
.digit .pixels { width: 3.6rem; height: 3.6rem; margin: 0 auto; overflow: hidden; border-radius: 0.2rem; }
.digit .pixels > svg { display: block; width: 5.1rem; height: 5.1rem; margin: -0.75rem; }
.digit b { font-size: 1rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.2rem 1.25rem; margin: 0.75rem 0; }
dt { color: var(--soft); } dd { margin: 0; }
code { font: 0.9em ui-monospace, monospace; background: var(--card); padding: 0.1rem 0.35rem; border-radius: 0.25rem; }
details { margin: 0.75rem 0; } summary { cursor: pointer; color: var(--accent); }
@media print { body { font-size: 12px; } main { max-width: none; padding: 0; } }
`;

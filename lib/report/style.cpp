#include "report/style.h"

namespace report {

std::string_view report_style() {
  return R"(:root{color-scheme:light dark;--ink:#1c2128;--soft:#596270;--paper:#f4f5f7;--card:#fff;
--rule:#dfe3e8;--tint:#f1f4f9;--accent:#1f5fb4;--good:#0d6b4a;--bad:#b3261e;--bar:#1f5fb4c0;--bar2:#1f5fb455}
@media screen and (prefers-color-scheme:dark){:root{--ink:#e6eaef;--soft:#a4aebb;--paper:#0d1014;--card:#14181d;
--rule:#2c333c;--tint:#1a2028;--accent:#7ab2ff;--good:#4fd1a1;--bad:#ff8a80;--bar:#7ab2ffc0;--bar2:#7ab2ff55}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);
font:16px/1.55 system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif}
header,.page,footer{max-width:1240px;margin:0 auto;padding:0 20px}
nav h2{font-size:.85rem;color:var(--soft);margin:0 0 .4em}nav ol{list-style:none;padding:0;margin:0;font-size:.86rem}
nav .rest{display:none}nav li{padding:.22em 0;line-height:1.3}nav a{color:var(--accent);text-decoration:none}nav a:hover{text-decoration:underline}
nav{background:var(--card);border:1px solid var(--rule);border-radius:12px;padding:14px 18px;margin:20px 0}nav ol{columns:15em}
@media screen and (min-width:1160px){.page{display:grid;grid-template-columns:190px minmax(0,1fr);gap:24px;align-items:start}
nav{position:sticky;top:16px;border:0;background:none;padding:0;max-height:calc(100vh - 32px);overflow-y:auto}nav ol{columns:auto}}
section{scroll-margin-top:12px}.switch{display:inline-flex;gap:.5em;align-items:center;cursor:pointer;font-size:.92rem}
.paper,.legend .paper{display:none}:root:has(#paper:checked) .paper{display:revert}:root:has(#paper:checked) .legend .paper{display:flex}
:root:has(#paper:checked) span.paper{display:inline}
.fold>summary{font-weight:600;color:var(--accent);font-size:.95rem;padding:.2em 0}details.fold{font-size:inherit;color:inherit}
header{padding-top:36px}h1{font-size:1.9rem;line-height:1.2;margin:0 0 .3em;letter-spacing:-.01em}
h2{font-size:1.25rem;margin:0 0 .25em;letter-spacing:-.005em}h3{font-size:1rem;margin:0 0 .4em;overflow-wrap:anywhere}
p{margin:.3em 0 .9em;max-width:56em}.lead{font-size:1.08rem;color:var(--soft)}.note{color:var(--soft);font-size:.92rem}
.warning{border-left:4px solid #d97706;padding:.4em .8em;font-weight:600}.warning ul{margin:0;padding-left:1.1em}
.warning.unusable{border-color:var(--bad)}.answer{font-size:1.35rem;font-weight:650;margin:.1em 0 .5em}
.answer.good{color:var(--good)}.answer.unusable{color:var(--bad)}td.wrap{white-space:normal;width:100%}
section{background:var(--card);border:1px solid var(--rule);border-radius:12px;padding:22px 24px;margin:20px 0}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;margin:22px 0 4px}
.card{background:var(--card);border:1px solid var(--rule);border-radius:12px;padding:14px 16px}
.card .what{color:var(--soft);font-size:.86rem}.card .big{font-size:1.75rem;font-weight:650;line-height:1.25;
font-variant-numeric:tabular-nums}.card .big small{font-size:.9rem;font-weight:400;color:var(--soft)}
.scroll{overflow-x:auto;margin:12px -24px 0;padding:0 24px 4px;
background:linear-gradient(to right,var(--card) 30px,transparent) 0 0/60px 100% no-repeat local,
linear-gradient(to left,var(--card) 30px,transparent) 100% 0/60px 100% no-repeat local,
linear-gradient(to right,#0003,transparent) 0 0/14px 100% no-repeat scroll,
linear-gradient(to left,#0003,transparent) 100% 0/14px 100% no-repeat scroll}
table{border-collapse:collapse;font-size:.93rem;font-variant-numeric:tabular-nums;min-width:100%}
th,td{padding:.34em .8em;text-align:right;white-space:nowrap;border-bottom:1px solid var(--rule)}
th{font-weight:600}thead th{color:var(--soft);font-size:.85rem;border-bottom:2px solid var(--rule);vertical-align:bottom}
.detail thead th{white-space:normal}.detail{font-size:.84rem}.detail th,.detail td{padding:.3em .45em}thead th.word{text-align:left}thead th:first-child,tbody th{text-align:left}tbody th[scope=rowgroup]{vertical-align:top;white-space:normal;min-width:7.5em}
th.window,td.word{text-align:left}tbody th.window{font-weight:400;color:var(--soft)}
tbody:not(.plain) tr:last-child>*,tbody th[scope=rowgroup]{border-bottom:2px solid var(--rule)}
tbody.paper{background:var(--tint)}tbody.paper th[scope=rowgroup]{font-weight:400;font-style:italic}
tbody.plain th{font-weight:400}
.nb{white-space:nowrap}.ci{color:var(--soft);font-size:.86em}.median{display:block;color:var(--soft);font-size:.8em;font-weight:400}.best{color:var(--good);font-weight:700}.best .ci{font-weight:400}
@media (min-width:900px){.few .median{display:inline-block;min-width:7.2em;font-size:.86em}}
td.share{background:linear-gradient(to right,var(--bar) var(--five),var(--bar2) var(--five) var(--ten),transparent var(--ten))
no-repeat .5em calc(100% - 2px)/calc(100% - 1em) 3px}
.plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,400px),1fr));gap:10px;margin-top:10px}
figure{margin:0}.single{max-width:560px;margin:10px auto 0}.wide{min-width:640px;margin:0}svg.plot{display:block;width:100%;height:auto}svg.plot .bg{fill:none}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:4px 20px;padding:0;margin:10px 0 0;font-size:.9rem}
.legend li{display:flex;align-items:center;gap:7px}.legend svg.plot{width:34px;height:12px;flex:none}
dl{display:flex;flex-wrap:wrap;gap:5px;margin:.5em 0 .8em;font-size:.84rem}
dl div{display:flex;gap:.5em;background:var(--tint);border-radius:6px;padding:.12em .6em;max-width:100%}
dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere;font-family:ui-monospace,SFMono-Regular,Menlo,monospace;font-size:.95em}
ol{padding-left:1.4em;margin:.4em 0}.steps li{margin-top:.5em}
details{color:var(--soft);font-size:.86rem;margin-top:8px}details ul{padding-left:1.4em;margin:.3em 0}summary{cursor:pointer}
footer{color:var(--soft);font-size:.88rem;padding-bottom:40px}
@media (max-width:560px){header{padding-top:24px}header,.page,footer{padding-left:8px;padding-right:8px}
section{padding:16px 10px;border-radius:10px}.scroll{margin:10px -10px 0;padding:0 10px}h1{font-size:1.5rem}
table{font-size:.76rem}th,td{padding:.32em .3em}thead th{font-size:.72rem}th[scope=rowgroup],thead th:first-child{padding-left:0}
.ci{display:block}.cards{grid-template-columns:1fr 1fr}.card .big{font-size:1.45rem}
tbody th[scope=rowgroup]{min-width:4.2em}thead th{white-space:normal}}
@media print{:root{--paper:#fff}body{font-size:10.5pt}section{border:0;padding:0;margin:18px 0}
header,.page,footer{max-width:none;padding:0}nav,.switch,section:has(>.fold:not([open])){display:none}.scroll{overflow:visible;margin:8px 0;padding:0}table{font-size:8.5pt}
.detail{font-size:6.5pt}.detail th,.detail td{padding:.15em .25em}.detail tbody th,thead th{white-space:normal}
figure,tbody:not(.plain),.card{break-inside:avoid}h2,h3{break-after:avoid}tbody.paper,dl div,.share{print-color-adjust:exact;
-webkit-print-color-adjust:exact}.plots{grid-template-columns:1fr 1fr}}
)";
}

}  // namespace report

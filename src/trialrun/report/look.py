"""The look of the report: screen and print."""

STYLE = """
:root{--ink:#1a2433;--quiet:#5b6675;--line:#dfe4ea;--soft:#f5f7fa;--blue:#1f5fa8;--warn:#8a4b08}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;color:var(--ink);background:#fff;font:16px/1.55 Georgia,'Times New Roman','DejaVu Serif',serif}
main{max-width:50rem;margin:0 auto;padding:1.5rem 1.25rem 4rem}
h1,h2,h3,nav,table,figcaption,.key,.sub,.note,.virtual,footer{font-family:'Helvetica Neue',Helvetica,Arial,'DejaVu Sans',sans-serif}
h1{font-size:1.65rem;line-height:1.25;margin:1.2rem 0 .4rem}
h2{font-size:1.2rem;margin:2.6rem 0 .6rem;padding-top:.6rem;border-top:1px solid var(--line);break-after:avoid}
h3{font-size:1rem;margin:1.4rem 0 .3rem;break-after:avoid}
p{margin:.55rem 0}
.sub{color:var(--quiet);font-size:.9rem}
code{font:.88em ui-monospace,'DejaVu Sans Mono',monospace}
.virtual{margin:0 0 .5rem;padding:.55rem .8rem;border:1px solid #e8c99b;border-left:4px solid var(--warn);background:#fdf6ea;
color:var(--warn);font-size:.88rem;line-height:1.4}
.key{display:grid;grid-template-columns:repeat(auto-fit,minmax(13rem,1fr));gap:.8rem;margin:1.2rem 0}
.key div{border:1px solid var(--line);border-radius:6px;padding:.8rem .9rem;background:var(--soft)}
.key strong{display:block;font-size:1.5rem;line-height:1.2;color:var(--blue)}
.key span{display:block;font-size:.88rem;margin-top:.15rem}
.key small{display:block;color:var(--quiet);font-size:.8rem;margin-top:.2rem}
nav ol,nav ul{columns:2 16rem;list-style:none;padding:0;margin:.4rem 0;font-size:.9rem}nav summary{font-size:.9rem;cursor:pointer;color:var(--quiet)}
nav li{break-inside:avoid;margin:.1rem 0}
a{color:var(--blue)}
figure{margin:1.4rem 0;break-inside:avoid}
.scroll{overflow-x:auto}.scroll:focus-visible{outline:2px solid var(--blue)}
figure svg{display:block;width:100%;height:auto;min-width:32rem}
figcaption{font-size:.86rem;line-height:1.4;margin:.35rem 0;color:var(--ink)}
.scroll{background:linear-gradient(to right,#fff 40%,transparent),linear-gradient(to right,rgba(26,36,51,.16),transparent) 0 0,
linear-gradient(to left,#fff 40%,transparent) 100% 0,linear-gradient(to left,rgba(26,36,51,.16),transparent) 100% 0;background-repeat:no-repeat;
background-size:2.2rem 100%,.7rem 100%,2.2rem 100%,.7rem 100%;background-attachment:local,scroll,local,scroll}
table{border-collapse:collapse;width:100%;font-size:.82rem;line-height:1.35;font-variant-numeric:tabular-nums}
thead th{text-align:left;border-bottom:1.5px solid var(--ink);padding:.3rem .6rem .3rem 0;vertical-align:bottom}
tbody th{font-weight:400;text-align:left;padding:.28rem .6rem .28rem 0;vertical-align:top;min-width:9rem}
.narrow tbody th{min-width:2.6rem}
tbody th.in{padding-left:1rem}tbody th.in2{padding-left:2rem}
tbody td{padding:.28rem .6rem .28rem 0;vertical-align:top}tbody td:not(.n){min-width:5.5rem}
tbody th,tbody td{overflow-wrap:anywhere;white-space:pre-line}tr,thead,tbody{white-space:normal}
thead th.n,td.n{text-align:right;white-space:nowrap}thead th.n{white-space:normal;min-width:4rem}
tbody tr{border-bottom:1px solid var(--line)}
tr.group{break-after:avoid}tr.group th{font-weight:700;padding-top:.7rem}
.few table{width:auto;min-width:22rem}.few td.n,.few th.n{padding-left:1.4rem}
figure.table{break-inside:auto}figure.short{break-inside:avoid}figcaption{break-after:avoid}figcaption i{font-style:normal}figure.table figcaption i{color:var(--quiet)}
thead{display:table-header-group}
tr{break-inside:avoid}
.note{overflow-wrap:anywhere;font-size:.78rem;color:var(--quiet);margin:.35rem 0}
dl{display:grid;grid-template-columns:minmax(7rem,11rem) 1fr;gap:.15rem .9rem;margin:.3rem 0;font-size:.9rem}
dt{color:var(--quiet);font-size:.8rem;font-family:'Helvetica Neue',Helvetica,Arial,'DejaVu Sans',sans-serif;padding-top:.12rem}
dd{margin:0;overflow-wrap:anywhere}
footer{margin-top:3rem;padding-top:1rem;border-top:1px solid var(--line);color:var(--quiet);font-size:.85rem}
@media (max-width:36rem){body{font-size:15px}h1{font-size:1.35rem}main{padding:1rem .9rem 3rem}
dl{grid-template-columns:1fr;gap:0}dt{margin-top:.35rem}tbody th{min-width:7rem}}
@page{size:A4;margin:16mm 15mm 18mm}
figure.broad{width:min(100vw - 2.5rem,76rem);margin-left:calc(50% - min(50vw - 1.25rem,38rem))}
@media print{body{font-size:10pt}main{max-width:none;padding:0}nav summary{list-style:none}nav details::details-content{content-visibility:visible;display:block}
figure.broad{width:auto;margin-left:0}
h2{margin-top:1.6rem}a{color:inherit;text-decoration:none}
.scroll{overflow:visible;background:none}figure svg{min-width:0;max-height:225mm}table{font-size:8pt}td.n{white-space:normal}}
"""

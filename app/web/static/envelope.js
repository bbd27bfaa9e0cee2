// Progressive enhancement only: every page works without this file.

const script = document.querySelector("script[data-govuk]");

async function startGovuk() {
  const { initAll, isSupported } = await import(script.dataset.govuk);
  document.body.classList.add("js-enabled");
  if ("noModule" in HTMLScriptElement.prototype) document.body.classList.add("govuk-frontend-supported");
  if (!isSupported || isSupported()) initAll();
}

// htmx is loaded where a page polls, and nowhere else.
function startHtmx() {
  if (!document.querySelector("[data-hx-get], [data-hx-post]")) return;
  const tag = document.createElement("script");
  tag.src = script.dataset.htmx;
  // Loaded this late, htmx may wait for an event that has gone by; a second look does no harm.
  tag.addEventListener("load", () => window.htmx.process(document.body));
  document.head.append(tag);
}

// Warn before typed text is lost; the browser words the question.
function warnUnsaved(form) {
  let changed = false;
  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("submit", () => { changed = false; });
  form.addEventListener("envelope:saved", () => { changed = false; });
  window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
}

// Save a draft two seconds after the last key; the button still works by itself.
function autosave(form) {
  const status = form.querySelector("[data-autosave-status]");
  let timer = 0;
  async function save() {
    const body = new FormData(form);
    for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
    try {
      const answer = await fetch(form.dataset.autosave, { method: "POST", body, headers: { "X-Autosave": "1" } });
      if (answer.status === 409) {
        status.textContent = form.dataset.clash;
        return;
      }
      if (!answer.ok) throw new Error(String(answer.status));
      const seen = form.querySelector("[name=seen]");
      if (seen && answer.headers.has("X-Seen")) seen.value = answer.headers.get("X-Seen");
      const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "Europe/Belgrade" });
      status.textContent = `${form.dataset.saved} ${time}`;
      form.dispatchEvent(new CustomEvent("envelope:saved"));
    } catch {
      status.textContent = form.dataset.notSaved;
    }
  }
  form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(save, 2000); });
  form.addEventListener("submit", () => clearTimeout(timer));
}

// Read an amount as the server does; null where it would be refused.
export function cents(typed) {
  const text = typed.replace(/[\s\u00a0\u202f]/g, "");
  if (!/^[0-9.,]*[0-9][0-9.,]*$/.test(text)) return null;
  const marks = text.replace(/[0-9]/g, "");
  const last = marks.slice(-1);
  const once = marks !== "" && marks.indexOf(last) === marks.length - 1;
  const [whole, decimals] = once ? [text.slice(0, text.lastIndexOf(last)), text.slice(text.lastIndexOf(last) + 1)] : [text, ""];
  if (decimals.length > 2) return null;
  return BigInt(whole.replace(/[.,]/g, "") || "0") * 100n + BigInt(decimals.padEnd(2, "0"));
}

function written(sum, lang) {
  const number = new Intl.NumberFormat(lang === "en" ? "en-GB" : lang, { minimumFractionDigits: 2 });
  return number.format(`${sum / 100n}.${String(sum % 100n).padStart(2, "0")}`);
}

// <output data-sum="[name$='-total_cents']"> shows the sum of the amounts in its form.
function sums(output) {
  const form = output.closest("form");
  function add() {
    const amounts = [...form.querySelectorAll(output.dataset.sum)].map((input) => cents(input.value || "0"));
    const known = amounts.every((amount) => amount !== null);
    output.textContent = known ? written(amounts.reduce((a, b) => a + b, 0n), document.documentElement.lang) : "–";
  }
  form.addEventListener("input", add);
  add();
}

for (const form of document.querySelectorAll("form[data-warn-unsaved]")) warnUnsaved(form);
for (const form of document.querySelectorAll("form[data-autosave]")) autosave(form);
for (const output of document.querySelectorAll("output[data-sum]")) sums(output);
startHtmx();
await startGovuk();

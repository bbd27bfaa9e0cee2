// Running points of a grid while it is filled in; the server adds up again at each save.

const grid = document.querySelector("#grid");
const HUNDREDTHS = 100;

// Whole hundredths, so that halves and multipliers never show a rounding error.
function hundredths(text) {
  const number = Number(text.trim().replace(",", "."));
  return text.trim() === "" || Number.isNaN(number) ? null : Math.round(number * HUNDREDTHS);
}

function markOf(criterion) {
  const chosen = criterion.querySelector("input[type=radio]:checked") ?? criterion.querySelector("input:not([type=radio])");
  const mark = chosen ? hundredths(chosen.value) : null;
  const { lowest, highest, multiplier } = criterion.dataset;
  if (mark === null || mark < hundredths(lowest) || mark > hundredths(highest)) return 0;
  return (mark * hundredths(multiplier)) / HUNDREDTHS;
}

function written(points) {
  const lang = document.documentElement.lang;
  const digits = { minimumFractionDigits: 2, maximumFractionDigits: 2 };
  return new Intl.NumberFormat(lang === "en" ? "en-GB" : lang, digits).format(points / HUNDREDTHS);
}

function add() {
  let total = 0;
  for (const section of grid.querySelectorAll("[data-section]")) {
    const output = section.querySelector("[data-points]");
    const carried = output.dataset.carried;
    const marks = [...section.querySelectorAll("[data-criterion]")].map(markOf);
    const points = carried ? hundredths(carried) : marks.reduce((a, b) => a + b, 0);
    output.textContent = written(points);
    total += points;
  }
  grid.querySelector("[data-total]").textContent = written(total);
}

if (grid) {
  grid.addEventListener("input", add);
  add();
}

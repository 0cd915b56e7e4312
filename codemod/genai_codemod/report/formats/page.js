"use strict";
const byId = id => document.getElementById(id);
const all = [...document.querySelectorAll("details.file")];
const links = new Map([...document.querySelectorAll("nav a")].map(link => [link.hash.slice(1), link]));
const [rule, folder, person, fold, help] = ["rule", "folder", "person", "fold", "help"].map(byId);
const boxes = new Map(all.map(file => [file, file.querySelector(".done input")]));
const store = "genai-codemod " + document.title + " " + all.map(file => file.textContent.length).join();
let current = null, place = null;

const visible = () => all.filter(file => !file.hidden);

function filter() {
  for (const file of all) {
    const inFolder = !folder.value || (file.dataset.folder + "/").startsWith(folder.value + "/");
    const hasRule = !rule.value || file.dataset.rules.split(" ").includes(rule.value);
    file.hidden = !(inFolder && hasRule && (!person.checked || file.classList.contains("needs-person")));
    links.get(file.id).parentElement.hidden = file.hidden;
    for (const finding of file.querySelectorAll("[data-rule]")) {
      finding.hidden = Boolean(rule.value) && finding.dataset.rule !== rule.value;
    }
  }
  for (const heading of document.querySelectorAll("nav .folder")) {
    let next = heading.nextElementSibling;
    while (next && next.hidden && !next.classList.contains("folder")) next = next.nextElementSibling;
    heading.hidden = !next || next.classList.contains("folder");
  }
  byId("none").hidden = !all.length || visible().length > 0;
  tell();
}

function tell() {
  const done = all.filter(file => boxes.get(file).checked).length;
  const reviewed = done ? ", " + done + " reviewed" : "";
  byId("shown").textContent = visible().length + " of " + all.length + " files" + reviewed;
}

function choose(file) {
  current = file;
  for (const each of all) {
    each.classList.toggle("current", each === file);
    links.get(each.id).classList.toggle("current", each === file);
  }
  links.get(file.id).scrollIntoView({block: "nearest"});
}

function go(step) {
  const files = visible();
  if (!files.length) return;
  const at = files.indexOf(current) + step;
  choose(files[Math.max(0, Math.min(files.length - 1, at))]);
  current.scrollIntoView({block: "start"});
  current.querySelector("summary").focus({preventScroll: true});
}

function goToPlace(step) {
  const places = visible().flatMap(file => [...file.querySelectorAll("td.todo, .said")]);
  if (!places.length) return;
  const at = places.indexOf(place);
  place?.parentElement.classList.remove("at");
  place = places[(at + step + places.length + (at < 0 && step < 0 ? 1 : 0)) % places.length];
  place.closest("details.file").open = true;
  place.parentElement.classList.toggle("at", place.matches("td"));
  choose(place.closest("details.file"));
  place.scrollIntoView({block: "center"});
}

function review(file, done) {
  boxes.get(file).checked = done;
  links.get(file.id).classList.toggle("reviewed", done);
  if (done) file.open = false;
  try {
    localStorage.setItem(store, all.filter(each => boxes.get(each).checked).map(each => each.id));
  } catch { /* a page that may keep nothing is as good, until it is closed */ }
  tell();
}

function clear() {
  rule.value = folder.value = "";
  person.checked = false;
  filter();
}

const keys = {
  j: () => go(1),
  k: () => go(-1),
  n: () => goToPlace(1),
  b: () => goToPlace(-1),
  o: () => { if (current) current.open = !current.open; },
  x: () => { if (current) { review(current, !boxes.get(current).checked); go(1); } },
  p: () => { person.checked = !person.checked; filter(); },
  r: () => rule.focus(),
  f: () => folder.focus(),
  "?": () => help.showModal(),
  Escape: clear,
};

for (const control of [rule, folder, person]) control.addEventListener("change", filter);
for (const [file, box] of boxes) {
  box.parentElement.addEventListener("click", event => event.stopPropagation());
  box.addEventListener("change", () => review(file, box.checked));
}
byId("keys").addEventListener("click", () => help.showModal());
fold.addEventListener("click", () => {
  const close = all.some(file => file.open);
  all.forEach(file => { file.open = !close; });
  fold.textContent = close ? "Open all" : "Fold all";
});
document.addEventListener("click", event => {
  const link = event.target.closest("a[href^='#']");
  const target = link && byId(link.hash.slice(1));
  if (!target) return;
  const file = target.closest("details.file");
  file.open = true;
  choose(file);
});
document.addEventListener("keydown", event => {
  if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
  if (event.target.matches("select")) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (keys[event.key]) {
    keys[event.key]();
    event.preventDefault();
  }
});
if (matchMedia("(max-width: 1400px)").matches) byId("contents").open = false;
try {
  for (const id of (localStorage.getItem(store) || "").split(",")) if (byId(id)) review(byId(id), true);
} catch { /* as above */ }
filter();

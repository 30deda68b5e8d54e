// Suggestions while a query is typed, and a button that copies the citation of a record.
//
// Pages are complete without this module: what it adds, it makes itself, and when the server does not answer, nothing
// is shown. All words come from the page, in the reader's language.

/** How long the keys must rest before the server is asked, in milliseconds. */
const REST = 120;

/** The most suggestions that are shown. */
const MOST = 8;

function element(name, className, text = '') {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

/** Makes the box of `form` a combobox with a list of suggestions. */
function suggest(form) {
  const box = form.elements.q;
  const words = form.dataset;
  const list = element('ul', 'suggestions');
  const status = element('p', 'hidden');
  let pause;
  let request;
  let isComposing = false;
  let chosen = -1;

  list.id = 'suggestions';
  list.hidden = true;
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-label', words.suggestions);
  status.setAttribute('role', 'status');
  box.after(list);
  form.append(status);
  box.setAttribute('role', 'combobox');
  box.setAttribute('aria-autocomplete', 'list');
  box.setAttribute('aria-controls', list.id);
  box.setAttribute('aria-expanded', 'false');

  /** Nothing that is under way may open the list any more. */
  function stop() {
    clearTimeout(pause);
    request?.abort();
  }

  function close() {
    stop();
    choose(-1);
    list.hidden = true;
    list.replaceChildren();
    box.setAttribute('aria-expanded', 'false');
    status.textContent = '';
  }

  /** Marks one of the list; -1 is the box itself. */
  function choose(n) {
    list.children[chosen]?.setAttribute('aria-selected', 'false');
    chosen = n;
    const option = list.children[n];
    if (option) {
      option.setAttribute('aria-selected', 'true');
      option.scrollIntoView({ block: 'nearest' });
      box.setAttribute('aria-activedescendant', option.id);
    } else {
      box.removeAttribute('aria-activedescendant');
    }
  }

  function take(n) {
    box.value = list.children[n].dataset.text;
    close();
    form.requestSubmit();
  }

  function show(suggestions) {
    choose(-1);
    list.replaceChildren(...suggestions.map(({ text, count }, n) => {
      const option = element('li', 'suggestion');
      option.id = `suggestion-${n}`;
      option.dataset.text = text;
      option.setAttribute('role', 'option');
      option.setAttribute('aria-selected', 'false');
      const hits = (count === 1 ? words.hit : words.hits).replace('{n}', count.toLocaleString('ja'));
      const written = element('span', 'suggestion-text', text);
      written.lang = 'ja';
      option.append(written, ' ', element('span', 'count', hits));
      return option;
    }));
    const { length } = suggestions;
    list.hidden = length === 0;
    box.setAttribute('aria-expanded', String(!list.hidden));
    const sentence = [words.none, words.one][length] ?? words.some;
    status.textContent = sentence.replace('{n}', length);
  }

  async function ask() {
    stop();
    const q = box.value.trim();
    if (q === '') return close();
    request = new AbortController();
    const { signal } = request;
    try {
      const address = `/api/v1/suggest?${new URLSearchParams({ q, limit: MOST })}`;
      const response = await fetch(address, { signal });
      const suggestions = response.ok ? (await response.json()).suggestions : [];
      if (!signal.aborted) show(suggestions);
    } catch {
      // A newer request took its place, or the server is not there; the form works as it is.
      if (!signal.aborted) close();
    }
  }

  function askSoon() {
    stop();
    if (!isComposing) pause = setTimeout(ask, REST);
  }

  box.addEventListener('compositionstart', () => {
    isComposing = true;
    close();
  });
  box.addEventListener('compositionend', () => {
    isComposing = false;
    askSoon();
  });
  box.addEventListener('input', askSoon);
  box.addEventListener('blur', close);
  box.addEventListener('keydown', (event) => {
    // Keys belong to the input method while it composes. Safari says so by the code of the key only.
    if (event.isComposing || event.keyCode === 229) return;
    const n = list.children.length;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (list.hidden) ask();
      // The box itself stands between the last and the first.
      else choose(((chosen + 1 + (event.key === 'ArrowDown' ? 1 : n)) % (n + 1)) - 1);
    } else if (event.key === 'Enter' && chosen !== -1) {
      event.preventDefault();
      take(chosen);
    } else if (event.key === 'Escape' && !list.hidden) {
      event.preventDefault();
      close();
    } else if (['ArrowLeft', 'ArrowRight', 'Home', 'End'].includes(event.key)) {
      choose(-1);
    }
  });
  form.addEventListener('submit', (event) => {
    if (isComposing) event.preventDefault();
    else close();
  });
  // The box keeps the focus, or the list would close before the click.
  list.addEventListener('pointerdown', (event) => event.preventDefault());
  list.addEventListener('click', (event) => {
    const n = [...list.children].indexOf(event.target.closest('[role="option"]'));
    if (n !== -1) take(n);
  });
}

/** Puts a button where `place` says, which copies the text of the element that it names. */
function offerCopy(place) {
  const text = document.getElementById(place.dataset.copies);
  const button = element('button', 'copy', place.dataset.copy);
  const status = element('span', 'copied');
  button.type = 'button';
  status.setAttribute('role', 'status');
  button.addEventListener('click', async () => {
    status.textContent = '';
    try {
      // Readings are for the eye only.
      const plain = text.cloneNode(true);
      plain.querySelectorAll('rt, rp').forEach((reading) => reading.remove());
      await navigator.clipboard.writeText(plain.textContent.trim());
      status.textContent = place.dataset.copied;
    } catch {
      // Only pages that came safely may write there; one keystroke copies what is selected.
      getSelection().selectAllChildren(text);
    }
  });
  place.append(button, status);
}

const form = document.getElementById('search');
if (form) suggest(form);
document.querySelectorAll('[data-copies]').forEach(offerCopy);

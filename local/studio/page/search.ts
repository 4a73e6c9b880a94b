/** The search form → the matches below it. */
import { find } from "./element.ts";
import { createMatch } from "./match.ts";
import { fetchMatches } from "./requests.ts";

const maxMatches = 5;

/** @param onFound is given the keys of what was found, best first */
export function startSearch(onFound: (keys: readonly string[]) => void): void {
  const form = find("#search", HTMLFormElement);
  const question = find("#question", HTMLInputElement);
  const prefix = find("#prefix", HTMLInputElement);
  const status = find("#search-status", HTMLElement);
  const list = find("#matches", HTMLOListElement);
  let newest = 0;

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    newest += 1;
    const search = newest;
    status.textContent = "Searching …";
    try {
      const { matches } = await fetchMatches({
        question: question.value,
        count: maxMatches,
        neighbours: 1,
        ...(prefix.value !== "" && { keyPrefix: prefix.value }),
      });
      // An answer that comes after that to a newer question is of no interest.
      if (search !== newest) return;
      list.replaceChildren(...matches.map(createMatch));
      status.textContent = describeCount(matches.length);
      onFound([...new Set(matches.map(({ key }) => key))]);
    } catch (error) {
      list.replaceChildren();
      status.textContent = error instanceof Error ? error.message : String(error);
    }
  });
}

function describeCount(count: number): string {
  if (count === 0) return "Nothing was found.";
  return count === 1 ? "1 passage:" : `${count} passages, best first:`;
}

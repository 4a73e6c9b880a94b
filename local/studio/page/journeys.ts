/** What the pipeline tells → a line for each document, the newest first, and a word to who does not see them. */
import type { ProgressMessage } from "../answers.ts";
import { find } from "./element.ts";
import { createJourney, type Journey } from "./journey.ts";

export interface Journeys {
  /** A line for a document that waits for its turn. */
  add(key: string): void;
  show(message: ProgressMessage): void;
}

const maxLines = 20;

/** @param onEnded is called whenever the pipeline is through with a document */
export function createJourneys(onEnded: () => void): Journeys {
  const list = find("#journeys", HTMLOListElement);
  const announcement = find("#announcement", HTMLElement);
  /** Oldest first. */
  const journeys = new Map<string, Journey>();

  function remove(key: string): void {
    journeys.get(key)?.element.remove();
    journeys.delete(key);
  }

  function add(key: string): Journey {
    remove(key);
    const journey = createJourney(key);
    journeys.set(key, journey);
    list.prepend(journey.element);
    list.hidden = false;
    return journey;
  }

  return {
    add,
    show(message) {
      const journey = journeys.get(message.key) ?? add(message.key);
      journey.show(message);
      if (message.type !== "ended") return;
      const { key, status, reason = "" } = message;
      announcement.textContent = `${key}: ${status}. ${reason}`;
      // Not before one has ended: those that wait are wanted.
      const [oldest] = journeys.keys();
      if (journeys.size > maxLines && oldest !== undefined) remove(oldest);
      onEnded();
    },
  };
}

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Locator, Page } from "playwright-core";
import { findBarriers } from "./accessibility.ts";
import { type OpenStudio, openStudio } from "./open-studio.ts";

const samples = fileURLToPath(new URL("../../samples", import.meta.url));
const sampleNames = readdirSync(samples).toSorted();
const samplePaths = sampleNames.map((name) => `${samples}/${name}`);
const picture = {
  name: "logo.png",
  mimeType: "image/png",
  buffer: Buffer.from("89504e470d0a1a0a0000000d49484452", "hex"),
};

const windows = {
  "a desktop's window": { viewport: { width: 1280, height: 800 }, colorScheme: "light" },
  "a phone's window": { viewport: { width: 390, height: 844 }, colorScheme: "dark" },
} as const;

for (const [name, options] of Object.entries(windows)) {
  describe(`the studio in ${name}`, () => {
    let studio: OpenStudio;
    let page: Page;
    before(async () => {
      studio = await openStudio(options);
      page = studio.page;
    });
    after(() => studio.close());
    afterEach("nothing is complained of, and nothing is wider than the window", async () => {
      assert.deepEqual(studio.complaints, []);
      assert.equal(
        await page.evaluate("document.documentElement.scrollWidth"),
        options.viewport.width,
      );
    });

    const journey = (key: string) => page.locator(".journey", { hasText: key });
    const texts = (locator: Locator) => locator.allInnerTexts();

    it("has no barrier before anything is uploaded", async () => {
      assert.deepEqual(await findBarriers(page), []);
    });

    it("takes chosen documents, and shows each of their stages while it is passed", async () => {
      await page.evaluate(recordDetails);
      await page.locator("#files").setInputFiles(samplePaths);
      for (const key of sampleNames) {
        await page.locator(".journey[data-status=embedded]", { hasText: key }).waitFor();
      }

      const chunks = Array.from({ length: 12 }, (_, n) => `${n + 1} of 12`);
      const details: readonly string[] = await page.evaluate(
        "window.details['reading-the-sky.md']",
      );
      assert.match(details[0] ?? "", /^[\d,]+ B$/);
      assert.match(details[2] ?? "", /^12 × \d+ tokens$/);
      assert.deepEqual([details[1], ...details.slice(3)], ["text/markdown", ...chunks]);
      const stages = await texts(journey("reading-the-sky.md").locator("li.done .stage"));
      assert.deepEqual(stages, ["Read", "Extract", "Chunk", "Embed", "Store"]);
    });

    it("takes dropped documents, and says why it rejects one", async () => {
      await drop(page, [
        { name: "tea.txt", base64: Buffer.from("Green tea wants patience.").toString("base64") },
        { name: picture.name, base64: picture.buffer.toString("base64") },
      ]);

      await page.locator(".journey[data-status=embedded]", { hasText: "tea.txt" }).waitFor();
      await page.locator(".journey[data-status=rejected]", { hasText: "logo.png" }).waitFor();
      const rejection = page.locator("#rejected li", { hasText: "logo.png" });
      await rejection.waitFor();
      assert.match(await text(rejection), /^logo\.pngThe object is image\/png, and only /);
      assert.match(
        await text(page.locator("#announcement")),
        /^logo\.png: rejected\. The object is image\/png/,
      );
    });

    it("shows as many points and rows as there are documents, and no rejected one", async () => {
      const keys = [...sampleNames, "tea.txt"].toSorted();
      await page.getByRole("option", { name: "tea.txt" }).waitFor();

      const points = await page.getByRole("option").evaluateAll(labels);
      assert.deepEqual(points, keys);
      assert.deepEqual(await texts(page.locator("#rows th .key")), keys);
      assert.match(
        await text(page.locator("#summary")),
        new RegExp(`^${keys.length} documents, \\d+ chunks; all-MiniLM-L6-v2, 384 dimensions$`),
      );
    });

    it("finds the passage that answers a question, with its similarity, and marks it on the map", async () => {
      await page.getByLabel("Question").fill("May I work from Spain for a month?");
      await page.getByRole("button", { name: "Search" }).click();
      await page.getByText("5 passages, best first:").waitFor();

      const first = page.locator(".match").first();
      assert.equal(await text(first.locator("h3")), "remote-work-policy.md");
      const meter = first.getByRole("meter", { name: "Similarity" });
      const value = Number(await meter.getAttribute("value"));
      assert.ok(value > 0.4 && value < 0.6, `${value}`);
      assert.match(
        await text(first.locator(".similarity")),
        new RegExp(`^${value.toFixed(3)} alike, score [01]\\.\\d{3}$`),
      );
      const marked = await texts(first.locator("mark"));
      assert.ok(marked.includes("month") && marked.includes("work"), marked.join());
      const found = await page.locator(".dot.found").evaluateAll(labels);
      assert.ok(found.includes("remote-work-policy.md"), found.join());
    });

    it("searches only among the keys that it is told", async () => {
      await page.getByLabel("Only keys that begin with").fill("red-");
      await page.getByLabel("Only keys that begin with").press("Enter");
      await page.getByText("2 passages, best first:").waitFor();

      assert.deepEqual(await texts(page.locator(".match h3")), [
        "red-lentil-soup.md",
        "red-lentil-soup.md",
      ]);
      assert.deepEqual(await page.locator(".dot.found").evaluateAll(labels), [
        "red-lentil-soup.md",
      ]);
    });

    it("shows what stands around a passage on demand", async () => {
      await page.locator(".match summary").first().click();

      const chunks = page.locator(".match").first().locator(".passage");
      assert.deepEqual(
        (await texts(chunks)).map((chunk) => chunk.split("\n")[0]),
        ["chunk 1", "chunk 2"],
      );
      assert.equal(await page.locator(".match").first().locator(".neighbour").count(), 1);
    });

    it("tells of a point that is chosen what is most like it", async () => {
      await page.getByRole("option", { name: "remote-work-policy.md" }).click();

      assert.match(
        await text(page.locator("#map-details")),
        /^remote-work-policy\.md is most like \S+ \(0\.\d\d\), \S+ \(0\.\d\d\), \S+ \(0\.\d\d\)\.$/,
      );
      assert.equal(await page.locator(".lines line").count(), 3);
    });

    it("has no barrier with everything on it", async () => {
      assert.deepEqual(await findBarriers(page), []);
    });

    it("fits windows of every width, and draws the map anew for each", async () => {
      for (const width of [320, 360, 640, 960, 1920]) {
        await page.setViewportSize({ width, height: 800 });
        await becomesTrue(page, isMapAsWideAsItsPlace);

        assert.equal(await page.evaluate("document.documentElement.scrollWidth"), width);
      }
      await page.setViewportSize(options.viewport);
    });

    it("keeps what it shows over a reload", async () => {
      await page.reload();

      await page.locator("#rejected li", { hasText: "logo.png" }).waitFor();
      assert.equal(await page.getByRole("option").count(), sampleNames.length + 1);
      assert.equal(await page.locator(".journey").count(), 0);
    });
  });

  describe(`the studio by keyboard alone in ${name}`, () => {
    let studio: OpenStudio;
    before(async () => {
      studio = await openStudio(options);
    });
    after(() => studio.close());

    it("uploads, searches, opens a passage, and walks over the map, its focus always seen", async () => {
      const { page } = studio;
      // Listened for from the start: Chromium must know of it before the key is pressed.
      page.on("filechooser", (chooser) => chooser.setFiles(samplePaths));
      const press = async (...keys: string[]) => {
        for (const key of keys) await page.keyboard.press(key);
      };
      const focused = async (): Promise<string> => {
        assert.equal(await page.evaluate(isFocusSeen), true, await page.evaluate(focusedName));
        return page.evaluate(focusedName);
      };

      await press("Tab");
      assert.match(await focused(), /^Choose documents/);
      await press("Enter");
      await page.getByText(`${sampleNames.length} documents`).waitFor();

      await press("Tab");
      assert.equal(await focused(), "question");
      await page.keyboard.type("How can I tell that a thunderstorm is coming?");
      await press("Enter");
      await page.getByText("5 passages, best first:").waitFor();
      const first = page.locator(".match").first();
      assert.equal(await text(first.locator("h3")), "reading-the-sky.md");

      await press("Tab");
      assert.equal(await focused(), "prefix");
      await press("Tab");
      assert.equal(await focused(), "Search");
      await press("Tab");
      assert.equal(await focused(), "The chunk and its neighbours");
      const passage = first.locator(".passage").first();
      assert.equal(await passage.isVisible(), false);
      await press("Enter");
      assert.equal(await passage.isVisible(), true);

      await press("Tab", "Tab", "Tab", "Tab", "Tab");
      const leftmost = await focused();
      const walked = [leftmost];
      for (let step = 1; step < sampleNames.length; step += 1) {
        await press("ArrowRight");
        const key = await focused();
        walked.push(key);
        const details = await text(page.locator("#map-details"));
        assert.ok(details.startsWith(`${key} is most like `), details);
      }
      assert.deepEqual(walked.toSorted(), sampleNames);
      await press("Home");
      assert.equal(await focused(), leftmost);
      await press("ArrowLeft");
      assert.equal(await focused(), leftmost);

      await press("Tab");
      assert.match(await focused(), /^Documents/);
      assert.deepEqual(studio.complaints, []);
    });
  });
}

async function text(locator: Locator): Promise<string> {
  return (await locator.textContent()) ?? "";
}

/** Collects what the stages of each document show, as they show it. */
const recordDetails = `
  window.details = {};
  new MutationObserver((changes) => {
    for (const { target } of changes) {
      if (!target.matches(".detail") || target.textContent === "") continue;
      const key = target.closest(".journey").querySelector(".key").textContent;
      (window.details[key] ??= []).push(target.textContent);
    }
  }).observe(document.querySelector("#journeys"), { childList: true, subtree: true });
`;

const isMapAsWideAsItsPlace = `
  document.querySelector("#map svg").clientWidth === document.querySelector("#map").clientWidth
`;

const focusedName = `
  document.activeElement.getAttribute("aria-label") || document.activeElement.id.replace("drop", "")
    || document.activeElement.innerText.trim()
`;

/** An outline, or the ring around a point of the map. */
const isFocusSeen = `(() => {
  const { activeElement } = document;
  const ring = activeElement.querySelector(".target");
  return ring === null
    ? parseFloat(getComputedStyle(activeElement).outlineWidth) >= 2
    : parseFloat(getComputedStyle(ring).strokeWidth) >= 2 && getComputedStyle(ring).stroke !== "none";
})()`;

function labels(elements: readonly { readonly ariaLabel?: string | null }[]): unknown[] {
  return elements.map(({ ariaLabel }) => ariaLabel);
}

/** Drops documents as a hand would: all at once, somewhere on the page. */
async function drop(
  page: Page,
  documents: readonly { readonly name: string; readonly base64: string }[],
): Promise<void> {
  const transfer = await page.evaluateHandle(`(() => {
    const transfer = new DataTransfer();
    for (const { name, base64 } of ${JSON.stringify(documents)}) {
      transfer.items.add(new File([Uint8Array.fromBase64(base64)], name));
    }
    return transfer;
  })()`);
  await page.dispatchEvent("main", "dragover", { dataTransfer: transfer });
  assert.equal(await page.locator("#drop.over").count(), 1);
  await page.dispatchEvent("main", "drop", { dataTransfer: transfer });
  assert.equal(await page.locator("#drop.over").count(), 0);
}

/** Looks before each frame. Not by waitForFunction: the page's Content-Security-Policy refuses what it evaluates. */
async function becomesTrue(page: Page, expression: string): Promise<void> {
  while (!(await page.evaluate(expression))) {
    await page.evaluate("new Promise((resolve) => requestAnimationFrame(() => resolve()))");
  }
}

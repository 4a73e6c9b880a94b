/** Takes the README's pictures of the studio, on the sample documents: docs/studio-desktop.png, docs/studio-phone.png. */
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { openStudio } from "./open-studio.ts";

const samples = fileURLToPath(new URL("../../samples", import.meta.url));
const docs = fileURLToPath(new URL("../../docs", import.meta.url));
const logo = {
  name: "logo.png",
  mimeType: "image/png",
  buffer: Buffer.from("89504e470d0a1a0a0000000d49484452", "hex"),
};

const pictures = {
  desktop: { viewport: { width: 1280, height: 800 }, colorScheme: "light", keyPrefix: "" },
  // Short enough for a picture: the passages of one document.
  phone: { viewport: { width: 390, height: 844 }, colorScheme: "dark", keyPrefix: "remote" },
} as const;

async function fillPage(page: Page, keyPrefix: string): Promise<void> {
  const paths = readdirSync(samples).map((name) => `${samples}/${name}`);
  const documents = page.locator("#files");
  await documents.setInputFiles(paths.slice(2));
  await page.getByText(`${paths.length - 2} documents`).waitFor();
  // Only a few uploads are left to be seen.
  await page.reload();
  await documents.setInputFiles(paths.slice(0, 2));
  await page.getByText(`${paths.length} documents`).waitFor();
  await documents.setInputFiles(logo);
  await page.locator("#rejected li").waitFor();

  await page.getByLabel("Only keys that begin with").fill(keyPrefix);
  await page.getByLabel("Question").fill("May I work from Spain for a month?");
  await page.getByLabel("Question").press("Enter");
  await page.locator(".match").first().waitFor();
  await page.locator("#documents summary").click();
  await page.getByRole("option", { name: "reading-the-sky.md" }).click();
}

for (const [name, { keyPrefix, ...options }] of Object.entries(pictures)) {
  const { page, close } = await openStudio(options);
  try {
    await fillPage(page, keyPrefix);
    const screenshot = await page.screenshot({ fullPage: true });
    const path = `${docs}/studio-${name}.png`;
    const { size } = await sharp(screenshot)
      .png({ palette: true, colours: 48, dither: 0, effort: 10 })
      .toFile(path);
    process.stdout.write(`${path}  ${size} B\n`);
  } finally {
    await close();
  }
}

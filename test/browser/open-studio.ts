/** A size of window → the studio on an empty local stack, open in Chromium. */
import { type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { readManifest } from "../../function/model/manifest.ts";
import { serve } from "../../local/serve.ts";
import { startLocalStack } from "../../local/stack.ts";
import { buildPage } from "../../local/studio/page-files.ts";
import { createProgressStream } from "../../local/studio/progress-stream.ts";
import { createStudio } from "../../local/studio/server.ts";
import { embeddedModelFolder } from "../models/folders.ts";
import { findChromium } from "./chromium.ts";

export interface OpenStudio {
  readonly page: Page;
  /** What the page's console was told, what it threw, and what it asked of any other server. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

/** @param options of the window, as its `viewport` and `colorScheme` */
export async function openStudio(options: BrowserContextOptions): Promise<OpenStudio> {
  const folder = embeddedModelFolder();
  const manifest = await readManifest(folder);
  const progress = createProgressStream();
  const { telemetry } = progress;
  const stack = await startLocalStack({ model: { folder, manifest }, telemetry });
  const files = await buildPage();
  const server = await serve(createStudio({ stack, model: manifest, progress, files }));

  const executablePath = findChromium();
  const browser = await chromium.launch({
    ...(executablePath !== undefined && { executablePath }),
  });
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(`${error}`));
  page.on("request", (request) => {
    if (!request.url().startsWith(server.url)) complaints.push(request.url());
  });
  await page.goto(server.url);
  await page.getByText("0 documents").waitFor();

  return {
    page,
    complaints,
    async close() {
      await browser.close();
      await server.close();
      await stack.close();
    },
  };
}

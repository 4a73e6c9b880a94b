/** `npm run simulate:kill [-- --runs N]`: kills local stacks at random moments and shows what became of them. */
import { parseArgs } from "node:util";
import { killAndRestart } from "./kill-and-restart.ts";

const { values } = parseArgs({ options: { runs: { type: "string", default: "50" } } });
const runs = Number(values.runs);
let before = 0;
let after = 0;
let objects = 0;
for (let seed = 1; seed <= runs; seed += 1) {
  const restart = await killAndRestart(seed);
  before += restart.isEqualBeforeResume ? 1 : 0;
  after += restart.isEqualAfterResume ? 1 : 0;
  objects += restart.objects;
  if (!restart.isEqualAfterResume) process.stdout.write(`Seed ${seed} differs after resume\n`);
  if (seed % 10 === 0) process.stdout.write(`${seed} of ${runs} stacks killed\n`);
}
process.stdout.write(
  `${runs} stacks killed with SIGKILL, ${objects} objects in their buckets: ` +
    `${before} equal to the bucket before resume, ${after} after it\n`,
);
if (after < runs) process.exitCode = 1;

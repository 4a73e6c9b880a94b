/** Starts the page: what is uploaded shows in the lists and on the map, and so does what is found. */
import { coalesce } from "./coalesce.ts";
import { showDocuments } from "./documents.ts";
import { find } from "./element.ts";
import { createJourneys } from "./journeys.ts";
import { createMapView } from "./map-view.ts";
import { fetchMap, fetchObjects } from "./requests.ts";
import { startSearch } from "./search.ts";
import { startUploads } from "./uploads.ts";

const mapView = createMapView();
const problem = find("#problem", HTMLElement);

const refresh = coalesce(async () => {
  try {
    const [objects, map] = await Promise.all([fetchObjects(), fetchMap()]);
    showDocuments(objects, map);
    mapView.show(map);
    problem.hidden = true;
  } catch (error) {
    problem.textContent = error instanceof Error ? error.message : String(error);
    problem.hidden = false;
  }
});

startUploads(createJourneys(refresh));
startSearch(mapView.mark);
refresh();

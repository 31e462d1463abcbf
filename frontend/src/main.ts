/** Everything the pages do beyond what the server sends. Reading, navigating and forms work without it. */

import "../styles/all.css";
import "virtual:numbers.css";
import { startActions } from "./actions";
import { startColumns } from "./columns";
import { startDna } from "./dna";
import { startJump } from "./jump";
import { startLive } from "./live";
import { startTheme, tellZone } from "./look";
import { startPieces } from "./pieces";
import { startAsking } from "./refresh";
import { startSelection } from "./selection";
import { startTimes } from "./times";
import { startTips } from "./tip";
import { startReview, startUpload } from "./upload";

startPieces();
tellZone();
startTheme();
startActions();
startColumns();
startDna();
startTips();
startJump();
startTimes();
startSelection();
startUpload();
startReview();
startAsking();
startLive();

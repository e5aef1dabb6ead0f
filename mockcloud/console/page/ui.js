// The one place that knows where the libraries are.
import { h, render, Fragment } from './vendor/preact.js';
import htm from './vendor/htm.js';

export { render, Fragment };
export { useCallback, useEffect, useMemo, useRef, useState } from './vendor/hooks.js';

// Text in a template is text: nothing that comes from a device, a client or a webhook is ever read as markup.
export const html = htm.bind(h);

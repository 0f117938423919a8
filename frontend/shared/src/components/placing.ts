export interface Place {
  left: number;
  top: number;
  /** The most height there is for it. */
  height: number;
}

interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
  width: number;
  height: number;
}

const GAP = 6;
const EDGE = 8;

/** Where a list belongs that hangs below its button: above it when that has more room, and never off the page. */
export function placeBelow(
  anchor: Box,
  list: Pick<Box, 'width' | 'height'>,
  page = { width: window.innerWidth, height: window.innerHeight },
): Place {
  const below = page.height - anchor.bottom - GAP - EDGE;
  const above = anchor.top - GAP - EDGE;
  const upwards = list.height > below && above > below;
  const height = Math.min(list.height, upwards ? above : below);
  const start = anchor.left + list.width > page.width - EDGE ? anchor.right - list.width : anchor.left;
  return {
    left: Math.max(EDGE, Math.min(start, page.width - EDGE - list.width)),
    top: upwards ? anchor.top - GAP - height : anchor.bottom + GAP,
    height: upwards ? above : below,
  };
}

/** Which rows of a long list are drawn: all rows are of one height, so that ten thousand cost what thirty do. */

export interface Slice {
  first: number;
  /** One beyond the last. */
  end: number;
}

const SPARE_ROWS = 6;

export function visibleRows(scrollTop: number, height: number, rowHeight: number, count: number): Slice {
  const first = Math.floor(scrollTop / rowHeight) - SPARE_ROWS;
  const end = Math.ceil((scrollTop + height) / rowHeight) + SPARE_ROWS;
  return { first: Math.max(0, Math.min(first, count)), end: Math.min(count, Math.max(end, 0)) };
}

/**
 * The scroll position that keeps what was seen where it was when rows come, go and move. At the very top the list
 * stays there, so that news is seen; elsewhere it goes along with the move that most of the visible rows make.
 */
export function heldScroll(
  before: readonly string[],
  after: readonly string[],
  scrollTop: number,
  rowHeight: number,
): number {
  if (scrollTop < rowHeight / 2) return scrollTop;
  const top = Math.floor(scrollTop / rowHeight);
  const at = new Map(after.map((id, index) => [id, index]));
  const moves = before.slice(top, top + 12).map((id, offset) => {
    const now = at.get(id);
    return now === undefined ? null : now - (top + offset);
  });
  const move = mostFrequent(moves.filter((each) => each !== null));
  return Math.max(0, scrollTop + move * rowHeight);
}

function mostFrequent(moves: readonly number[]): number {
  const times = new Map<number, number>();
  for (const move of moves) times.set(move, (times.get(move) ?? 0) + 1);
  return [...times].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 0;
}

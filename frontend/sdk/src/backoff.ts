/** Seconds before try `attempt` (1, 2, …): 0.5 doubling to 30, of which a random half to the whole, so that a crowd spreads out. */
export function backoffSeconds(attempt: number, random: () => number): number {
  const whole = Math.min(30, 0.5 * 2 ** Math.min(attempt - 1, 10));
  return whole * (0.5 + random() / 2);
}

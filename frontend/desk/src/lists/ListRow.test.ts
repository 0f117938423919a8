import { screen } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import { App } from '../app.svelte';
import { COLLEAGUE, heldBy, summary } from '../testing/summaries';
import { show } from '../testing/show';
import ListRow from './ListRow.svelte';

function row(item: ReturnType<typeof summary>, current = false): HTMLElement {
  const app = new App('http://desk.example');
  show(app, ListRow, { item, href: '/desk/all/x', current, holders: true });
  return screen.getByRole('link');
}

test('a row says who it is, what was said last, who holds it, how long they wait and what is unread', () => {
  const since = new Date(Date.now() - 5 * 60_000).toISOString();
  const link = row(summary(1, { ...heldBy(COLLEAGUE, 'Jonas'), unread: 2, waiting_since: since }));
  expect(link).toHaveAccessibleName(/Person 1.*Words 1.*2 unread.*Jonas.*Waiting for\s*5 min/s);
});

test('a visitor without a name is called so, and the chosen row is marked', () => {
  const link = row(summary(1, { person: { person_id: 'x', name: null, verified: false } }), true);
  expect(link).toHaveAccessibleName(/^Visitor/);
  expect(link).toHaveAttribute('aria-current', 'true');
});

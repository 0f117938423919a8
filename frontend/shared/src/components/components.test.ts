import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { createRawSnippet } from 'svelte';
import { expect, test, vi } from 'vitest';
import { attach } from '../glyphs';
import { Avatar, Banner, Button, Dialog, IconButton, Segmented, TextField } from './index';
import { hueOf, HUES, initialsOf } from './initials';
import MenuTrial from './testing/MenuTrial.svelte';

const words = (text: string) => createRawSnippet(() => ({ render: () => `<span>${text}</span>` }));

test('initials are those of the first and the last name', () => {
  expect(
    ['Ada Lovelace', 'ada', 'Anna Maria von Bern', '  ', 'Élodie (Paris)', null].map(initialsOf),
  ).toEqual(['AL', 'A', 'AB', '', 'É', '']);
});

test('a person keeps their colour', () => {
  expect(hueOf('one')).toBe(hueOf('one'));
  expect(new Set(Array.from({ length: 60 }, (_, id) => hueOf(String(id)))).size).toBe(HUES);
});

test('a busy button takes no second press', async () => {
  const onclick = vi.fn();
  const { rerender } = render(Button, { children: words('Save'), onclick, busy: true });
  await userEvent.click(screen.getByRole('button', { name: 'Save' }));
  expect(onclick).not.toHaveBeenCalled();
  await rerender({ busy: false });
  await userEvent.click(screen.getByRole('button', { name: 'Save' }));
  expect(onclick).toHaveBeenCalledOnce();
});

test('a button that is only a picture has a name', () => {
  render(IconButton, { glyph: attach, label: 'Attach files', shortcut: 'f' });
  expect(screen.getByRole('button', { name: 'Attach files' })).toHaveAttribute('aria-keyshortcuts', 'f');
});

test('a field says what is wrong to those who cannot see it', async () => {
  const { rerender } = render(TextField, { label: 'E-mail', hint: 'Of your company' });
  expect(screen.getByRole('textbox', { name: 'E-mail' })).toHaveAccessibleDescription('Of your company');
  await rerender({ error: 'Somebody has it' });
  expect(screen.getByRole('textbox')).toBeInvalid();
  expect(screen.getByRole('textbox')).toHaveAccessibleDescription('Somebody has it');
});

test('one of several is chosen by arrow keys', async () => {
  const onchange = vi.fn();
  const options = [
    { id: 'mine', label: 'Mine', count: 3 },
    { id: 'all', label: 'All' },
  ];
  render(Segmented, { label: 'Lists', options, value: 'mine', onchange });
  await userEvent.tab();
  expect(screen.getByRole('radio', { name: 'Mine 3' })).toHaveFocus();
  await userEvent.keyboard('{ArrowRight}');
  expect(onchange).toHaveBeenCalledWith('all');
});

test('an avatar beside a name is decoration, alone it says who it is', async () => {
  const { rerender, container } = render(Avatar, { kind: 'agent', name: 'Ada Lovelace' });
  expect(container.firstElementChild).toHaveAttribute('aria-hidden', 'true');
  await rerender({ label: 'Ada is here' });
  expect(screen.getByRole('img', { name: 'Ada is here' })).toBeVisible();
});

test('bad news is announced at once, other news when there is a pause', async () => {
  const { rerender } = render(Banner, { tone: 'danger', children: words('Broken') });
  expect(screen.getByRole('alert')).toHaveTextContent('Broken');
  await rerender({ tone: 'info' });
  expect(screen.getByRole('status')).toHaveTextContent('Broken');
});

test('a menu opens by key, moves by arrows and letters, and gives the focus back', async () => {
  const onchoose = vi.fn();
  render(MenuTrial, { onchoose });
  const button = screen.getByRole('button', { name: 'Assign' });
  button.focus();
  await userEvent.keyboard('{ArrowDown}');
  expect(screen.getByRole('menuitem', { name: 'Ada' })).toHaveFocus();
  await userEvent.keyboard('{ArrowDown}');
  expect(screen.getByRole('menuitem', { name: 'Cleo' })).toHaveFocus();
  await userEvent.keyboard('a');
  expect(screen.getByRole('menuitem', { name: 'Ada' })).toHaveFocus();
  await userEvent.keyboard('{Escape}');
  expect(screen.queryByRole('menu')).toBeNull();
  expect(button).toHaveFocus();
  await userEvent.click(button);
  await userEvent.click(screen.getByRole('menuitem', { name: 'Cleo' }));
  expect(onchoose).toHaveBeenCalledWith('cleo');
});

test('a dialog is closed by its button and tells so', async () => {
  const onclose = vi.fn();
  HTMLDialogElement.prototype.showModal = function (this: HTMLDialogElement) {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function (this: HTMLDialogElement) {
    this.open = false;
    this.dispatchEvent(new Event('close'));
  };
  render(Dialog, {
    open: true,
    title: 'Shortcuts',
    closeLabel: 'Close',
    onclose,
    children: words('j: next'),
  });
  expect(screen.getByRole('dialog', { name: 'Shortcuts' })).toHaveTextContent('j: next');
  await userEvent.click(screen.getByRole('button', { name: 'Close' }));
  expect(onclose).toHaveBeenCalledOnce();
});

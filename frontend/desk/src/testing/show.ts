import { render } from '@testing-library/svelte';
import type { Component, ComponentProps } from 'svelte';
import type { App } from '../app.svelte';
import Within from './Within.svelte';

/** Draws a part of the desk as it stands within the app. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a component takes whatever props it takes
export function show<C extends Component<any>>(app: App, shown: C, given: ComponentProps<C>): void {
  render(Within, { props: { app, shown: shown as Component<Record<string, unknown>>, given } });
}

import '@alongside/shared/styles/tokens.css';
import '@alongside/shared/styles/foundation.css';
import './frame/frame.css';
import { mount } from 'svelte';
import type { FrameMessage, HostMessage } from './embed/messages';
import { bridgeTo } from './frame/bridge';
import { hear } from './frame/hearing';
import Frame from './frame/Frame.svelte';
import { Visit } from './frame/visit.svelte';

const workspace = new URLSearchParams(location.search).get('workspace') ?? '';
const tell = (message: FrameMessage): void => bridge?.send(message);
const bridge = bridgeTo(window, (message: HostMessage) => hear(visit, message, tell));
const visit = new Visit({
  origin: location.origin,
  workspace,
  tell: bridge && tell,
  languages: navigator.languages,
});

mount(Frame, { target: document.getElementById('app')!, props: { visit } });
if (bridge) bridge.send({ type: 'ready' });
else visit.alone();

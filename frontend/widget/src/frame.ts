import '@alongside/shared/styles/tokens.css';
import { mount } from 'svelte';
import Frame from './Frame.svelte';

const target = document.getElementById('app');
if (target) mount(Frame, { target });

/** The server's own least length; it refuses easily guessed ones beyond that. */
export const PASSWORD_LENGTH = 10;

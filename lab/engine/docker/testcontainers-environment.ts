/**
 * What has to stand before Testcontainers is loaded, so this is imported before it: Testcontainers reads the user's
 * config.json while it is loaded, and one that is broken ends the process. The lab never lets it pull: it gets an empty
 * one to read.
 */
const NAME = "DOCKER_AUTH_CONFIG";

/** The credentials that the user gave in the environment, as Docker's client takes them; undefined where there are none. */
export const credentialsInEnvironment: string | undefined = process.env[NAME] === "" ? undefined : process.env[NAME];

process.env[NAME] = "{}";

const oldestNodeMajor = 24;
const major = Number(process.versions.node.split(".")[0]);

// Runs before anything else is loaded: later modules use what older versions do not have.
if (major < oldestNodeMajor) {
  process.stderr.write(
    `Watchfire needs Node ${oldestNodeMajor} or newer and this is Node ${process.versions.node}: install the LTS line from nodejs.org, or start it with "npm start", which brings its own.\n`,
  );
  process.exit(64);
}

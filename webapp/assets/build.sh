#!/bin/sh
# Rebuilds webapp/static/site.css, fonts and licences from the npm packages named in package.json.
# Needs node 20 or newer and npm. The result is committed: nobody else needs node.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out="$here/../static"
work=${QUYDINH_LOOK_WORK:-$(mktemp -d)}
cp "$here/package.json" "$work/"
(cd "$work" && npm install --no-audit --no-fund --no-package-lock --silent)
"$work/node_modules/.bin/sass" --style=compressed --no-source-map --no-charset --quiet-deps \
  --load-path="$work/node_modules/govuk-frontend/dist" "$here/site.scss" "$out/site.css"
mkdir -p "$out/fonts" "$out/licences"
for weight in 400 600; do
  for subset in latin vietnamese; do
    cp "$work/node_modules/@fontsource/be-vietnam-pro/files/be-vietnam-pro-$subset-$weight-normal.woff2" "$out/fonts/"
  done
done
cp "$work/node_modules/@fontsource/be-vietnam-pro/LICENSE" "$out/licences/be-vietnam-pro.txt"
cp "$here/govuk-frontend-licence.txt" "$out/licences/govuk-frontend.txt"
ls -l "$out/site.css"

// Draws nine tiles of 512×512 16-bit pixels through a look-up table, once with typed arrays and once with a WebGL2
// shader, each onto the same 2D canvas as the viewer does; gives [typed arrays, WebGL2, renderer] in milliseconds.
(async () => {
  const SIDE = 512;
  const TILES = 9;
  const ROUNDS = 15;
  const tiles = Array.from({ length: TILES }, (_, k) => Uint16Array.from({ length: SIDE * SIDE }, (_, i) => (i * 7 + k * 9001) & 65535));
  const target = new OffscreenCanvas(SIDE * 3, SIDE * 3).getContext("2d", { alpha: false });
  const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
  const timed = (draw) => {
    const spent = [];
    for (let round = 0; round < ROUNDS; round++) {
      const from = performance.now();
      draw(round);
      target.getImageData(0, 0, 1, 1);
      spent.push(performance.now() - from);
    }
    return median(spent);
  };

  const canvases = tiles.map(() => new OffscreenCanvas(SIDE, SIDE).getContext("2d", { alpha: false }));
  const image = new ImageData(SIDE, SIDE);
  const out = new Uint32Array(image.data.buffer);
  const typed = timed((round) => {
    const table = Uint32Array.from({ length: 65536 }, (_, value) => 0xff000000 | (((value >> 8) + round) & 255));
    tiles.forEach((tile, k) => {
      for (let i = 0; i < tile.length; i++) out[i] = table[tile[i]];
      canvases[k].putImageData(image, 0, 0);
      target.drawImage(canvases[k].canvas, (k % 3) * SIDE, Math.floor(k / 3) * SIDE);
    });
  });

  const canvas = new OffscreenCanvas(SIDE, SIDE);
  const gl = canvas.getContext("webgl2");
  if (!gl) return [typed, null, "no WebGL2"];
  const shader = (type, source) => {
    const made = gl.createShader(type);
    gl.shaderSource(made, source);
    gl.compileShader(made);
    return made;
  };
  const program = gl.createProgram();
  gl.attachShader(program, shader(gl.VERTEX_SHADER, `#version 300 es
    void main() { gl_Position = vec4(vec2((gl_VertexID << 1) & 2, gl_VertexID & 2) * 2.0 - 1.0, 0, 1); }`));
  gl.attachShader(program, shader(gl.FRAGMENT_SHADER, `#version 300 es
    precision highp float; precision highp usampler2D;
    uniform usampler2D tile; uniform float low, width; out vec4 colour;
    void main() {
      float value = float(texelFetch(tile, ivec2(gl_FragCoord.xy), 0).r) / 60000.0;
      colour = vec4(vec3(clamp((1.0 + log(max(value, 1e-4)) / 8.0 - low) / width, 0.0, 1.0)), 1);
    }`));
  gl.linkProgram(program);
  gl.useProgram(program);
  const textures = tiles.map((tile) => {
    const texture = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, texture);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.R16UI, SIDE, SIDE, 0, gl.RED_INTEGER, gl.UNSIGNED_SHORT, tile);
    return texture;
  });
  const [low, width] = ["low", "width"].map((name) => gl.getUniformLocation(program, name));
  const shaded = timed((round) => {
    gl.uniform1f(low, 0.1 + round / 100);
    gl.uniform1f(width, 0.8);
    textures.forEach((texture, k) => {
      gl.bindTexture(gl.TEXTURE_2D, texture);
      gl.drawArrays(gl.TRIANGLES, 0, 3);
      target.drawImage(canvas, (k % 3) * SIDE, Math.floor(k / 3) * SIDE);
    });
  });
  const info = gl.getExtension("WEBGL_debug_renderer_info");
  return [typed, shaded, info ? gl.getParameter(info.UNMASKED_RENDERER_WEBGL) : "unknown"];
})()

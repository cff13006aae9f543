/** IPC channel from the shell to the GPU page: one message port per connection. In a file of its own, so that the page's preload shares none with the window's. */
export const GPU_PORT = 'plateau:gpu-port'

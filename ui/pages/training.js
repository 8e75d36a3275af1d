// Begins the training session that the page is for.
const room = document.querySelector("[data-session]");
CargoscopeViewer.mountTraining(room, room.dataset.session);

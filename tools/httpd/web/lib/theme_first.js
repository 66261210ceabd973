// Stands in every page, before its styles: the theme that was chosen, without a flash of another. lib/theme.ts sets it.
try{document.documentElement.dataset.theme=localStorage.getItem("theme")||""}catch(e){}

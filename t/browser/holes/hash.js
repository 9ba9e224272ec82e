document.querySelector('h1').innerHTML = decodeURIComponent(location.hash.slice(1));

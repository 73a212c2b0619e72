# SPDX-FileCopyrightText: 2026 The QIpc authors
# SPDX-License-Identifier: MIT
#
# Installs QIpc, moves what was installed, and uses it from there as users do. BUILD_DIR is a build to
# install; without it one of KIND shared or static is made first, as a part of another project.

cmake_minimum_required(VERSION 3.22)
set(ENV{LC_ALL} C)
set(HERE ${CMAKE_CURRENT_LIST_DIR})
set(EXAMPLES ${SOURCE_DIR}/examples)
set(PREFIX ${WORK_DIR}/moved)

function(run)
    execute_process(COMMAND ${ARGV}
        RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
    if(NOT status EQUAL 0)
        list(JOIN ARGV " " command)
        message(FATAL_ERROR "${command}\nended with ${status}:\n${output}")
    endif()
    set(output "${output}" PARENT_SCOPE)
endfunction()

# configure(<source> <build> <option>…)
function(configure source build)
    run(${CMAKE_COMMAND} -G ${GENERATOR} -S ${source} -B ${build} ${ARGN}
        -D CMAKE_BUILD_TYPE=${BUILD_TYPE} -D CMAKE_CXX_COMPILER=${COMPILER}
        "-DCMAKE_CXX_FLAGS=${FLAGS}")
endfunction()

function(build source build)
    configure(${source} ${build} ${ARGN})
    run(${CMAKE_COMMAND} --build ${build})
endfunction()

function(build_as_subproject)
    set(shared)
    if(KIND STREQUAL "static") # shared is what a project has that says nothing
        set(shared -D BUILD_SHARED_LIBS=OFF)
    endif()
    build(${HERE}/subproject ${WORK_DIR}/subproject
        -D QIPC_SOURCE_DIR=${SOURCE_DIR} ${shared}
        -D QIPC_BUILD_TOOL=OFF -D QIPC_BUILD_QML=${QML}
        -D QIPC_PORTABLE_TRANSPORT=${PORTABLE})
    run(${WORK_DIR}/subproject/program)
    set(BUILD_DIR ${WORK_DIR}/subproject PARENT_SCOPE)
endfunction()

function(install_and_move)
    run(${CMAKE_COMMAND} --install ${BUILD_DIR} --prefix ${WORK_DIR}/first)
    file(RENAME ${WORK_DIR}/first ${PREFIX})
endfunction()

# What tells others where things are does not name a folder of this machine.
function(check_paths)
    file(GLOB_RECURSE files ${PREFIX}/*.cmake ${PREFIX}/*.pc)
    foreach(file IN LISTS files)
        file(READ ${file} content)
        foreach(path IN ITEMS ${SOURCE_DIR} ${BUILD_DIR} ${WORK_DIR})
            string(FIND "${content}" "${path}" at)
            if(NOT at EQUAL -1)
                message(FATAL_ERROR "${file} names ${path}")
            endif()
        endforeach()
    endforeach()
endfunction()

# Builds an example against the package and lets its two programs talk; <pattern>… must be in their
# output.
function(check_example example name)
    set(build ${WORK_DIR}/${example})
    build(${EXAMPLES}/${example} ${build} -D CMAKE_PREFIX_PATH=${PREFIX})
    run(sh ${HERE}/talk.sh ${build}/${name}-server ${build}/${name}-client)
    foreach(pattern IN LISTS ARGN)
        if(NOT output MATCHES "${pattern}")
            message(FATAL_ERROR "${example} did not say ${pattern}, but:\n${output}")
        endif()
    endforeach()
endfunction()

function(check_unknown_component)
    execute_process(COMMAND ${CMAKE_COMMAND} -G ${GENERATOR} -S ${HERE}/component
            -B ${WORK_DIR}/component -D CMAKE_PREFIX_PATH=${PREFIX}
        RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
    if(status EQUAL 0 OR NOT output MATCHES "QIpc has no component")
        message(FATAL_ERROR "An unknown component was not refused:\n${output}")
    endif()
endfunction()

# A program that imports the module, at the path that the package tells, gets an answer in QML.
function(check_qml)
    build(${HERE}/qml ${WORK_DIR}/qml -D CMAKE_PREFIX_PATH=${PREFIX})
    run(${WORK_DIR}/qml/program)
endfunction()

# The example with a window; tests/chat opens it.
function(check_chat)
    build(${EXAMPLES}/03-chat ${WORK_DIR}/03-chat -D CMAKE_PREFIX_PATH=${PREFIX})
    run(${CMAKE_COMMAND} -E env QT_QPA_PLATFORM=offscreen ${WORK_DIR}/03-chat/chat --help)
endfunction()

# The one with Qt Widgets, which includes the header that needs Qt Gui; tests/viewer opens it.
function(check_viewer)
    build(${EXAMPLES}/04-single-instance ${WORK_DIR}/04-single-instance
        -D CMAKE_PREFIX_PATH=${PREFIX})
    run(${CMAKE_COMMAND} -E env QT_QPA_PLATFORM=offscreen
        ${WORK_DIR}/04-single-instance/viewer --help)
endfunction()

function(check_pkgconfig)
    file(GLOB_RECURSE file ${PREFIX}/qipc.pc)
    cmake_path(GET file PARENT_PATH folder)
    set(ENV{PKG_CONFIG_PATH} ${folder})
    run(pkg-config --cflags --libs qipc)
    separate_arguments(options UNIX_COMMAND "${output}")
    run(pkg-config --variable=libdir qipc)
    string(STRIP "${output}" libdir)
    separate_arguments(flags UNIX_COMMAND "${FLAGS}")
    run(${COMPILER} ${flags} -std=c++17 -fPIC -fno-exceptions ${HERE}/program.cpp ${options}
        -Wl,-rpath,${libdir} -o ${WORK_DIR}/program)
    run(${WORK_DIR}/program)
endfunction()

file(REMOVE_RECURSE ${WORK_DIR})
file(MAKE_DIRECTORY ${WORK_DIR})

if(NOT BUILD_DIR)
    set(BUILD_TYPE "") # no flags of CMake's own, as of a project that says nothing; and the fastest
    build_as_subproject()
endif()
install_and_move()
check_paths()
check_example(01-echo echo "back came \"hello\"")
check_example(02-requests requests
    "\"the time\" -> \"[0-9:]+\"" "\"all names\" -> \"Ada\"" "RemoteError" "TimedOut")
check_unknown_component()
if(QML)
    check_qml()
    if(NOT KIND) # once is enough
        check_chat()
    endif()
endif()
if(NOT KIND)
    check_viewer()
endif()
check_pkgconfig()
if(EXISTS ${PREFIX}/bin/qipc)
    run(${PREFIX}/bin/qipc --version)
endif()
